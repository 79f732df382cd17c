// Whose rights are of some projects: what he sees and changes of events, errors, keys and views,
// one by one. Which routes he may call at all is routes_test.cc.
#include "console/api/endpoints/event_scope.h"

#include <optional>
#include <string>

#include <gtest/gtest.h>

#include "console/api/endpoints/error_testing.h"
#include "console/api/endpoints/test_console.h"
#include "store/contract/row_json.h"

namespace penstock::console {
namespace {

using testing::Answer;
using testing::kEventsNow;
using testing::TestWorker;
using testing::Visitor;

TEST(EventScope, ReadsTheProjectOfAnEvent) {
  EXPECT_EQ(project_of_event(R"({"id":"x","project":"sh\"op","properties":{"project":"no"}})"),
            "sh\"op");
  EXPECT_EQ(project_of_event(R"({"id":"x"})"), "");
  EXPECT_EQ(project_of_event(R"({"project":"shop")"), "") << "cut off";
  EXPECT_EQ(project_of_event(""), "");
}

class ProjectScope : public testing::StoredErrors {
 protected:
  void SetUp() override {
    console_.add_user("shop@x", *rights_in({{"billing", Role::kViewer}, {"shop", Role::kEditor}}));
    console_.add_user("lead@x", *rights_in({{"shop", Role::kAdmin}}));
    console_.add_user("root@x", Role::kAdmin);
    store(kEventsNow - 20'000, R"({"fingerprint":"f3","message":"ours"})", 2, "shop");
    StoredErrors::SetUp();
    worker_.emplace(console_.settings());
    shop_ = console_.sign_in("shop@x");
    lead_ = console_.sign_in("lead@x");
    root_ = console_.sign_in("root@x");
  }
  Answer ask(const Visitor& who, std::string_view method, std::string_view path,
             std::string_view body = "") const {
    return console_.ask(method, str_cat("/api/v1", path), who.headers(), body);
  }
  // Of the first event of a project.
  std::string event_of(std::string_view project) const {
    return ask(root_, "GET", str_cat("/events?from=0&project=", project)).member("id");
  }
  std::uint64_t count_of(std::string_view project) const {
    const Answer all = ask(root_, "GET", str_cat("/stats/summary?from=0&project=", project));
    constexpr std::string_view kEvents = "\"events\":";
    return std::stoull(all.body.substr(all.body.find(kEvents) + kEvents.size()));
  }

  std::optional<TestWorker> worker_;
  Visitor shop_;
  Visitor lead_;
  Visitor root_;
};

TEST_F(ProjectScope, EventsOfOtherProjectsAreNotThere) {
  const std::string ours = event_of("shop");
  const std::string theirs = event_of("default");
  const std::string seen = event_of("billing");
  EXPECT_EQ(ask(shop_, "GET", str_cat("/events/", ours)).status, 200);
  EXPECT_EQ(ask(shop_, "GET", str_cat("/events/", seen)).status, 200);
  EXPECT_EQ(ask(shop_, "GET", str_cat("/events/", theirs)).status, 404);
  EXPECT_EQ(ask(shop_, "PATCH", str_cat("/events/", theirs), R"({"name":"x"})").status, 404);
  EXPECT_EQ(ask(shop_, "PATCH", str_cat("/events/", seen), R"({"name":"x"})").status, 403);
  EXPECT_EQ(ask(shop_, "PATCH", str_cat("/events/", ours), R"({"name":"x"})").status, 200);
  EXPECT_EQ(ask(shop_, "DELETE", str_cat("/events/", theirs)).status, 404);
  EXPECT_EQ(ask(shop_, "DELETE", str_cat("/events/", seen)).status, 403);
  EXPECT_EQ(ask(shop_, "DELETE", str_cat("/events/", ours)).status, 204);
  EXPECT_EQ(count_of("default"), 6u);
  EXPECT_EQ(count_of("billing"), 1u);
  EXPECT_EQ(count_of("shop"), 1u);
}

TEST_F(ProjectScope, DeletingByIdsLeavesThoseOfOtherProjects) {
  const auto body = [](const std::string& a, const std::string& b) {
    return str_cat(R"({"ids":[")", a, R"(",")", b, R"("]})");
  };
  const std::string path = "/events/delete?project=shop";
  const std::string theirs = event_of("default");
  EXPECT_EQ(ask(shop_, "POST", path, body(theirs, event_of("billing"))).status, 403);
  EXPECT_EQ(ask(shop_, "POST", path, body(theirs, theirs)).body, R"({"deleted":0,"left":0})");
  EXPECT_EQ(ask(shop_, "POST", path, body(theirs, event_of("shop"))).body,
            R"({"deleted":1,"left":0})");
  EXPECT_EQ(count_of("default"), 6u);
  EXPECT_EQ(count_of("billing"), 1u);
  EXPECT_EQ(count_of("shop"), 1u);
  const std::string all = R"({"all":true,"count":1})";
  EXPECT_EQ(ask(shop_, "POST", "/events/delete?from=0&project=billing", all).status, 403);
  EXPECT_EQ(ask(shop_, "POST", "/events/delete?from=0", all).status, 403);
  EXPECT_EQ(ask(shop_, "POST", "/events/delete?from=0&project=shop", all).body,
            R"({"deleted":1,"left":0})");
}

TEST_F(ProjectScope, GroupsOfErrorsAreThoseOfHisProjects) {
  const std::string ours = id_of("\"project\":\"shop\"");
  const std::string theirs = id_of("\"f1\"");
  const std::string seen = id_of("\"project\":\"billing\"");
  ASSERT_FALSE(ours.empty() || theirs.empty() || seen.empty());
  EXPECT_EQ(ask(shop_, "GET", "/errors/counts").body,
            R"({"counts":{"open":2,"resolved":0,"muted":0,"ignored":0}})");
  for (const char* part : {"", "/samples", "/notes"}) {
    EXPECT_EQ(ask(shop_, "GET", str_cat("/errors/", theirs, part)).status, 404) << part;
    EXPECT_EQ(ask(shop_, "GET", str_cat("/errors/", seen, part)).status, 200) << part;
  }
  constexpr std::string_view kIgnore = R"({"state":"ignored"})";
  EXPECT_EQ(ask(shop_, "PATCH", str_cat("/errors/", theirs), kIgnore).status, 404);
  EXPECT_EQ(ask(shop_, "PATCH", str_cat("/errors/", seen), kIgnore).status, 403);
  EXPECT_EQ(ask(shop_, "PATCH", str_cat("/errors/", ours), kIgnore).status, 200);
  const auto several = [&](const std::string& id) {
    return ask(shop_, "PATCH", "/errors",
               str_cat(R"({"state":"open","ids":[)", ours, ",", id, "]}"))
        .status;
  };
  EXPECT_EQ(several(theirs), 404);
  EXPECT_EQ(several(seen), 403);
  EXPECT_EQ(several(ours), 200);

  constexpr std::string_view kNote = R"({"text":"a note"})";
  EXPECT_EQ(ask(shop_, "POST", str_cat("/errors/", theirs, "/notes"), kNote).status, 404);
  EXPECT_EQ(ask(shop_, "POST", str_cat("/errors/", seen, "/notes"), kNote).status, 403);
  EXPECT_EQ(ask(shop_, "POST", str_cat("/errors/", ours, "/notes"), kNote).status, 200);
  ASSERT_EQ(ask(root_, "POST", str_cat("/errors/", theirs, "/notes"), kNote).status, 200);
  EXPECT_EQ(ask(shop_, "DELETE", "/errors/notes/2").status, 404);
  EXPECT_EQ(ask(lead_, "DELETE", "/errors/notes/1").status, 204) << "the administrator there";

  // Whom he may ask: who sees what he sees.
  const Answer users = ask(lead_, "GET", "/errors/assignees");
  EXPECT_TRUE(users.says("shop@x") && users.says("root@x")) << users.body;
  const Answer all = ask(root_, "GET", "/errors/assignees");
  EXPECT_TRUE(all.says("lead@x"));
}

TEST_F(ProjectScope, ProjectsAreHisAlsoWithoutEvents) {
  const Answer projects = ask(lead_, "GET", "/projects");
  EXPECT_EQ(projects.body, R"({"projects":[{"name":"shop","keys":0,"events":2}]})");
  EXPECT_TRUE(ask(root_, "GET", "/projects").says("billing"));
}

TEST_F(ProjectScope, KeysAreThoseThatHeAdministers) {
  const Answer other = ask(root_, "POST", "/keys", R"({"project":"billing"})");
  ASSERT_EQ(other.status, 200) << other.body;
  const std::string theirs = other.member("id");
  EXPECT_EQ(ask(lead_, "POST", "/keys", R"({"project":"billing"})").status, 403);
  EXPECT_EQ(ask(lead_, "POST", "/keys", R"({"project":"new"})").status, 403);
  EXPECT_EQ(ask(shop_, "POST", "/keys", R"({"project":"shop"})").status, 403) << "an editor";
  const Answer own = ask(lead_, "POST", "/keys", R"({"project":"shop"})");
  ASSERT_EQ(own.status, 200) << own.body;
  const Answer list = ask(lead_, "GET", "/keys");
  EXPECT_TRUE(list.says(own.member("id"))) << list.body;
  EXPECT_FALSE(list.says(theirs)) << list.body;
  EXPECT_EQ(ask(lead_, "PATCH", str_cat("/keys/", theirs), R"({"name":"x"})").status, 404);
  EXPECT_EQ(ask(lead_, "POST", str_cat("/keys/", theirs, "/rotate"), "{}").status, 404);
  EXPECT_EQ(ask(lead_, "DELETE", str_cat("/keys/", theirs)).status, 404);
  EXPECT_TRUE(ask(root_, "GET", "/keys").says(theirs));
  EXPECT_EQ(ask(lead_, "DELETE", str_cat("/keys/", own.member("id"))).status, 204);
}

TEST_F(ProjectScope, SharedViewsAreThoseOfHisProjects) {
  const auto share = [&](const Visitor& who, std::string_view query) {
    return ask(who, "POST", "/views",
               str_cat(R"({"name":"of )", query, R"(","page":"/","query":")", query,
                       R"(","is_shared":true})"));
  };
  ASSERT_EQ(share(root_, "range=7d").status, 200);
  ASSERT_EQ(share(root_, "project=default").status, 200);
  ASSERT_EQ(share(root_, "project=billing").status, 200);
  EXPECT_EQ(share(shop_, "project=billing").status, 403) << "a viewer there";
  EXPECT_EQ(share(shop_, "range=7d").status, 403) << "of all projects";
  EXPECT_EQ(share(shop_, "project=shop").status, 200);
  const Answer seen = ask(shop_, "GET", "/views");
  EXPECT_TRUE(seen.says("of project=billing") && seen.says("of project=shop")) << seen.body;
  EXPECT_FALSE(seen.says("of range=7d") || seen.says("of project=default")) << seen.body;
  EXPECT_EQ(ask(shop_, "DELETE", "/views/2").status, 404);
  EXPECT_EQ(ask(lead_, "DELETE", "/views/4").status, 204) << "the administrator there";
}

}  // namespace
}  // namespace penstock::console
