#include "console/api/endpoints/error_acts.h"

#include <gtest/gtest.h>

#include "console/api/endpoints/error_testing.h"

namespace penstock::console {
namespace {

using testing::Answer;
using testing::kEventsNow;
using testing::kProblem;
using testing::StoredErrors;

class ErrorActs : public StoredErrors {
 protected:
  void SetUp() override {
    StoredErrors::SetUp();
    path_ = str_cat("/errors/", id_of("\"f1\""));
  }
  Answer change(std::string_view body) const { return send("PATCH", path_, body); }
  // The problem once more, `ms` behind now.
  void happen(std::int64_t ms, std::string_view properties = kProblem) {
    store(kEventsNow + ms, properties, 1);
    follow();
  }
  std::string audit() const {
    // Seen by administrators alone; the file is the same.
    auto log = AuditLog::open(console_.settings().accounts_path, clock_);
    std::string text;
    const auto page = (*log)->page(50, "");
    for (const AuditEntry& entry : page->entries) {
      text += str_cat(entry.actor, " ", entry.act, " ", entry.subject, " ", entry.detail, "\n");
    }
    return text;
  }

  std::string path_;
  SystemClock clock_;
};

TEST_F(ErrorActs, ResolveUntilItComesBack) {
  const Answer resolved = change(R"({"state":"resolved"})");
  ASSERT_EQ(resolved.status, 200) << resolved.body;
  EXPECT_TRUE(resolved.says(
      str_cat(R"("state":"resolved","state_at":)", kEventsNow, R"(,"state_by":"ada@x")")))
      << resolved.body;
  happen(-1);
  EXPECT_TRUE(get(path_).says(R"("state":"resolved")"));
  happen(1);
  const Answer back = get(str_cat(path_, "?to=1900000000"));
  EXPECT_TRUE(back.says(R"("state":"open")")) << back.body;
  EXPECT_TRUE(back.says(R"("reopened_by":"came_back")")) << back.body;
  EXPECT_TRUE(back.says(R"("count":5)"));
}

TEST_F(ErrorActs, ResolveInTheNextRelease) {
  ASSERT_TRUE(
      change(R"({"state":"resolved","in_next_release":true})").says(R"("after_release":"1.0")"));
  happen(1);
  EXPECT_TRUE(get(path_).says(R"("state":"resolved")"));
  happen(2, R"({"fingerprint":"f1","release":"1.1"})");
  EXPECT_TRUE(get(path_).says(R"("reopened_by":"new_release")"));
}

TEST_F(ErrorActs, MuteUntilItsTimes) {
  ASSERT_TRUE(change(R"({"state":"muted","mute_events":2})").says(R"("mute_until_count":5)"));
  happen(1);
  EXPECT_TRUE(get(path_).says(R"("state":"muted")"));
  happen(2);
  EXPECT_TRUE(get(path_).says(R"("reopened_by":"count")"));
}

TEST_F(ErrorActs, MuteUntilItGrows) {
  ASSERT_TRUE(change(R"({"state":"muted","mute_until_grows":true})").says(R"("mute_hour_max":10)"));
  store(kEventsNow + 1, kProblem, 10);
  follow();
  EXPECT_TRUE(get(path_).says(R"("state":"muted")"));
  happen(2);
  EXPECT_TRUE(get(path_).says(R"("reopened_by":"growth")"));
}

TEST_F(ErrorActs, AssignToAUser) {
  EXPECT_TRUE(change(R"({"assignee":"bob@x"})").says(R"("assignee":"bob@x")"));
  EXPECT_TRUE(get("/errors?assignee=bob%40x").says("\"f1\""));
  EXPECT_FALSE(get("/errors?assignee=none").says("\"f1\""));
  EXPECT_TRUE(change(R"({"assignee":""})").says(R"("assignee":null)"));
  EXPECT_EQ(send("GET", "/errors/assignees", "").body, R"({"users":["ada@x","bob@x"]})");
}

TEST_F(ErrorActs, SayWhatIsWrong) {
  const struct {
    std::string_view body;
    int status;
    std::string_view detail;
  } faults[] = {
      {R"({})", 422, "nothing would change"},
      {R"({"state":"gone"})", 422, "state: expected open"},
      {R"({"state":7})", 400, "state: it is no text"},
      {R"([])", 400, "expected a JSON object"},
      {R"({"state":"open","in_next_release":true})", 422, "it goes with the state resolved"},
      {R"({"state":"muted"})", 422, "muted until what"},
      {R"({"state":"muted","mute_events":0})", 422, "expected 1 to"},
      {R"({"state":"muted","mute_events":"2"})", 400, "it is no whole number"},
      {R"({"state":"open","mute_until_grows":true})", 422, "go with the state muted"},
      {R"({"assignee":"eve@x"})", 422, "there is no user of this address"},
  };
  for (const auto& fault : faults) {
    const Answer answer = change(fault.body);
    EXPECT_EQ(answer.status, fault.status) << fault.body << answer.body;
    EXPECT_TRUE(answer.says(fault.detail)) << fault.body << answer.body;
  }
  EXPECT_EQ(send("PATCH", "/errors/99", R"({"state":"open"})").status, 404);
  EXPECT_EQ(console_.ask("PATCH", str_cat("/api/v1", path_), bob_.headers(), R"({"state":"open"})")
                .status,
            403);
  EXPECT_TRUE(get(path_).says(R"("state":"open","state_at":null)"));
}

TEST_F(ErrorActs, ChangeSeveralAtOnce) {
  const std::string ids = str_cat(id_of("\"f1\""), ",", id_of("\"f2\""), ",99");
  const Answer changed =
      send("PATCH", "/errors", str_cat(R"({"ids":[)", ids, R"(],"state":"ignored"})"));
  EXPECT_EQ(changed.body, R"({"changed":2,"gone":1})");
  EXPECT_TRUE(get("/errors/counts").says(R"("ignored":2)"));
  // One of them has no release: none is changed.
  const Answer refused =
      send("PATCH", "/errors",
           str_cat(R"({"ids":[)", ids, R"(],"state":"resolved","in_next_release":true})"));
  EXPECT_EQ(refused.status, 422) << refused.body;
  EXPECT_TRUE(refused.says("no error of this project says its release"));
  EXPECT_TRUE(get("/errors/counts").says(R"("ignored":2)"));
  EXPECT_EQ(send("PATCH", "/errors", R"({"state":"open"})").status, 400);
  EXPECT_EQ(send("PATCH", "/errors", R"({"ids":[],"state":"open"})").status, 400);
}

TEST_F(ErrorActs, AreInTheAuditLog) {
  change(R"({"state":"muted","mute_events":2})");
  change(R"({"assignee":"bob@x"})");
  change(R"({"state":"gone"})");
  const std::string ids = str_cat(id_of("\"f1\""), ",", id_of("\"f2\""));
  send("PATCH", "/errors", str_cat(R"({"ids":[)", ids, R"(],"state":"resolved"})"));
  const std::string log = audit();
  EXPECT_NE(log.find("ada@x error.mute shop.OutOfStock: no <b>beans</b> group "), std::string::npos)
      << log;
  EXPECT_NE(log.find("until 2 more"), std::string::npos);
  EXPECT_NE(log.find("error.assign"), std::string::npos);
  EXPECT_NE(log.find("to bob@x"), std::string::npos);
  EXPECT_NE(log.find("error.resolve 2 groups groups "), std::string::npos) << log;
}

}  // namespace
}  // namespace penstock::console
