#include <optional>
#include <string>

#include <gtest/gtest.h>

#include "console/api/endpoints/test_console.h"

namespace penstock::console {
namespace {

using testing::Answer;
using testing::TestWorker;
using testing::Visitor;

class EventActs : public testing::StoredEvents {
 protected:
  void SetUp() override {
    console_.add_user("editor@x", Role::kEditor);
    console_.add_user("admin@x", Role::kAdmin);
    StoredEvents::SetUp();
    worker_.emplace(console_.settings());
    editor_ = console_.sign_in("editor@x");
  }
  Answer ask(std::string_view method, std::string_view path, std::string_view body = "") {
    return console_.ask(std::string(method), str_cat("/api/v1", path), editor_.headers(), body);
  }
  std::string events() { return get("/stats/summary?from=0").body; }
  std::string audit() {
    return console_.ask("GET", "/api/v1/audit", console_.sign_in("admin@x").headers()).body;
  }

  std::optional<TestWorker> worker_;
  Visitor editor_;
};

TEST_F(EventActs, DeleteOne) {
  const std::string path = str_cat("/events/", ids_[0]);
  EXPECT_EQ(ask("DELETE", path).status, 204);
  EXPECT_EQ(get(path).status, 404);
  EXPECT_EQ(ask("DELETE", path).status, 404);
  EXPECT_EQ(ask("DELETE", "/events/x").status, 400);
  EXPECT_NE(events().find(R"("events":9)"), std::string::npos) << events();
  EXPECT_NE(audit().find(ids_[0]), std::string::npos) << audit();
}

TEST_F(EventActs, DeleteSome) {
  const std::string body =
      str_cat(R"({"ids":[")", ids_[1], R"(",")", ids_[2], R"(",")", std::string(32, '0'), R"("]})");
  EXPECT_EQ(ask("POST", "/events/delete", body).body, R"({"deleted":2,"left":0})");
  EXPECT_EQ(ask("POST", "/events/delete", body).body, R"({"deleted":0,"left":0})");
  EXPECT_NE(events().find(R"("events":8)"), std::string::npos) << events();
  EXPECT_NE(audit().find("2 events"), std::string::npos) << audit();
}

TEST_F(EventActs, DeleteAllThatAFilterLeavesAsManyAsWereTold) {
  const std::string path = "/events/delete?from=0&path=%2Fa";
  Answer answer = ask("POST", path, R"({"all":true,"count":10})");
  EXPECT_EQ(answer.status, 409);
  EXPECT_TRUE(answer.says(R"("count":6)")) << answer.body;
  EXPECT_EQ(answer.member("error"), "count_changed");
  EXPECT_NE(events().find(R"("events":10)"), std::string::npos) << events();
  answer = ask("POST", path, R"({"all":true,"count":6})");
  EXPECT_EQ(answer.body, R"({"deleted":6,"left":0})");
  EXPECT_NE(events().find(R"("events":4)"), std::string::npos) << events();
  EXPECT_TRUE(get("/events?from=0").says(R"("path":"/b")"));
  EXPECT_FALSE(get("/events?from=0").says(R"("path":"/a")"));
  EXPECT_NE(audit().find("path=%2Fa"), std::string::npos) << audit();
  EXPECT_EQ(ask("POST", path, R"({"all":true,"count":0})").body, R"({"deleted":0,"left":0})");
}

TEST_F(EventActs, RefuseWhatDoesNotSayWhichOnes) {
  for (const char* body :
       {"{}", "[]", "{", R"({"ids":"x"})", R"({"ids":["x"]})", R"({"all":true})",
        R"({"all":false,"count":1})", R"({"all":true,"count":-1})", R"({"all":1,"count":1})"}) {
    const Answer answer = ask("POST", "/events/delete", body);
    EXPECT_EQ(answer.status, 400) << body;
    EXPECT_NE(answer.member("detail"), "") << body;
  }
  const std::string both = str_cat(R"({"all":true,"count":10,"ids":[")", ids_[0], R"("]})");
  EXPECT_EQ(ask("POST", "/events/delete", both).status, 400);
  EXPECT_EQ(ask("POST", "/events/delete?colour=red", R"({"all":true,"count":10})").status, 400);
  std::string many = R"({"ids":[)";
  for (int i = 0; i < 1'001; ++i) many += str_cat(i == 0 ? "\"" : ",\"", ids_[0], "\"");
  EXPECT_EQ(ask("POST", "/events/delete", many + "]}").status, 400);
  EXPECT_NE(events().find(R"("events":10)"), std::string::npos) << events();
}

TEST_F(EventActs, ChangeOne) {
  const std::string path = str_cat("/events/", ids_[3]);
  const Answer answer = ask(
      "PATCH", path, R"({"name":"renamed","url":"https://a.example/new","properties":{"n":1}})");
  EXPECT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(answer.member("name"), "renamed");
  EXPECT_EQ(answer.member("path"), "/new");
  EXPECT_EQ(get(path).member("host"), "a.example");
  EXPECT_TRUE(get("/events?from=0&name=renamed").says(ids_[3]));
  EXPECT_NE(audit().find("name, url, properties"), std::string::npos) << audit();

  const Answer wrong = ask("PATCH", path, R"({"time":1})");
  EXPECT_EQ(wrong.status, 422);
  EXPECT_NE(wrong.member("detail").find("time: cannot be changed"), std::string::npos);
  EXPECT_EQ(ask("PATCH", str_cat("/events/", std::string(32, '0')), R"({"name":"x"})").status, 404);
  EXPECT_EQ(ask("PATCH", "/events/x", R"({"name":"x"})").status, 400);
}

TEST_F(EventActs, SayWhereNoWorkerIs) {
  worker_.reset();
  for (const Answer& answer : {ask("DELETE", str_cat("/events/", ids_[0])),
                               ask("POST", "/events/delete?from=0", R"({"all":true,"count":10})"),
                               ask("PATCH", str_cat("/events/", ids_[0]), R"({"name":"x"})")}) {
    EXPECT_EQ(answer.status, 503);
    EXPECT_EQ(answer.member("error"), "worker_unavailable");
  }
}

}  // namespace
}  // namespace penstock::console
