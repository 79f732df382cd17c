#include "control/dead_letters.h"

#include <gtest/gtest.h>

#include "base/bytes.h"
#include "queue/spool/dead_letters.h"
#include "queue/spool/folder.h"
#include "queue/spool/peek.h"
#include "support/temp_dir.h"

namespace penstock::control {
namespace {

class LetterActs : public ::testing::Test {
 protected:
  void SetUp() override {
    options_.queue.spool.path = dir_.path("spool");
    options_.worker = "test:1:1";
    ASSERT_TRUE(queue::make_spool_folder(options_.queue.spool.path));
  }
  void add(std::string_view message) {
    ASSERT_TRUE(queue::DeadLetterFile(options_.queue.spool.path).add({message, "why", 1'000, "x"}));
  }
  http::Response run(LetterAct act, std::string_view id, std::string_view body = "") {
    std::string path = path_of(act, "x");
    return run(path.replace(path.find("/x/") + 1, 1, "{}"), id, body);
  }
  http::Response run_many(LetterAct act, std::string_view body) {
    return run(path_of_many(act), "", body);
  }
  http::Response run(const std::string& path, std::string_view segment, std::string_view body) {
    auto acts = dead_letter_acts(options_, clock_);
    EXPECT_TRUE(acts);
    std::string padded(body);
    reserve_padding(padded);
    for (const Act& act : *acts) {
      if (act.path == path) return act.run(segment, padded);
    }
    ADD_FAILURE() << path;
    return {};
  }
  std::vector<queue::WaitingMessage> waiting() {
    return queue::peek_spool(options_.queue.spool.path, 100, 1 << 20);
  }

  testing::TempDir dir_;
  SystemClock clock_;
  queue::ConsumerOptions options_;
};

TEST_F(LetterActs, RetryAndDelete) {
  add("a");
  add("b");
  EXPECT_EQ(run(LetterAct::kRetry, "f1").body, R"({"retried":1})");
  EXPECT_EQ(waiting().size(), 1U);
  EXPECT_EQ(run(LetterAct::kDelete, "f2").body, R"({"deleted":1})");
  for (const LetterAct act : {LetterAct::kRetry, LetterAct::kDelete}) {
    EXPECT_EQ(run(act, "f1").status, 404);
    EXPECT_EQ(run(act, "f2").status, 404);
  }
}

TEST_F(LetterActs, TakeSeveralAndTellHowManyHadGone) {
  for (const char* message : {"a", "b", "c"}) add(message);
  const http::Response retried = run_many(LetterAct::kRetry, R"({"ids":["f1","f3","f9"]})");
  EXPECT_EQ(retried.status, 200);
  EXPECT_EQ(retried.body.find(R"({"retried":2,"gone":1,"at":)"), 0U) << retried.body;
  EXPECT_EQ(waiting().size(), 2U);
  const http::Response deleted = run_many(LetterAct::kDelete, R"({"ids":["f1","f2"]})");
  EXPECT_EQ(deleted.body.find(R"({"deleted":1,"gone":1,"at":)"), 0U) << deleted.body;
  EXPECT_EQ(waiting().size(), 2U);
  EXPECT_EQ(run_many(LetterAct::kDelete, "{}").status, 400);
}

TEST_F(LetterActs, TakeAllOnlyWhereAsManyAreThereAsWereTold) {
  for (const char* message : {"a", "b", "c"}) add(message);
  const http::Response refused = run_many(LetterAct::kDelete, R"({"all":true,"count":2})");
  EXPECT_EQ(refused.status, 409);
  EXPECT_NE(refused.body.find(R"("error":"count_changed")"), std::string::npos) << refused.body;
  EXPECT_NE(refused.body.find(R"("count":3)"), std::string::npos) << refused.body;
  EXPECT_EQ(run_many(LetterAct::kDelete, R"({"all":true,"reason":"other","count":3})").status, 409);

  const std::string all = R"({"all":true,"reason":"why","count":3})";
  EXPECT_EQ(run_many(LetterAct::kRetry, all).body.find(R"({"retried":3,"gone":0,)"), 0U);
  EXPECT_EQ(waiting().size(), 3U);
}

TEST_F(LetterActs, EditWhatCanBeStoredThen) {
  add("{");
  const http::Response refused = run(LetterAct::kEdit, "f1", R"({"message":"{\"class\""})");
  EXPECT_EQ(refused.status, 422);
  EXPECT_NE(refused.body.find(R"("error":"not_storable")"), std::string::npos) << refused.body;
  EXPECT_NE(refused.body.find(R"("offset":8)"), std::string::npos) << refused.body;
  EXPECT_TRUE(waiting().empty());
  for (const char* body : {"", "{}", R"({"message":1})", R"({"message":"x","encoding":"hex"})",
                           R"({"message":"?","encoding":"base64"})"}) {
    EXPECT_EQ(run(LetterAct::kEdit, "f1", body).status, 400) << body;
  }
  const std::string job = R"({"class":"X","args":[{"name":"n"}],"jid":"j"})";
  EXPECT_EQ(run(LetterAct::kEdit, "f2", edit_body(job)).status, 404);

  EXPECT_EQ(run(LetterAct::kEdit, "f1", edit_body(job)).body.find(R"({"retried":1,"at":)"), 0U);

  ASSERT_EQ(waiting().size(), 1U);
  EXPECT_EQ(waiting().front().message, job);
  EXPECT_EQ(run(LetterAct::kDelete, "f1").status, 404) << "the old one has gone";
}

TEST_F(LetterActs, SayWhyTheQueueCannotBeHad) {
  options_.queue.url = "redis://127.0.0.1:1/0";
  options_.queue.timeout_ms = 500;
  const http::Response answer = run(LetterAct::kRetry, "r0123456789abcdef");
  EXPECT_EQ(answer.status, 503);
  EXPECT_NE(answer.body.find("unavailable"), std::string::npos);
}

TEST(LetterPaths, AreOfIdsThatALetterCanHave) {
  EXPECT_EQ(path_of(LetterAct::kRetry, "f12"), "/v1/dead-letters/f12/retry");
  EXPECT_EQ(path_of(LetterAct::kDelete, "rab12"), "/v1/dead-letters/rab12/delete");
  for (const std::string& id :
       {std::string(), std::string(".."), std::string("f1/x"), std::string("f 1"),
        std::string("f\r\n"), std::string("%66"), std::string("\xff"), std::string("f\0", 2),
        std::string(200, 'f')}) {
    EXPECT_EQ(path_of(LetterAct::kRetry, id), "") << id;
  }
}

}  // namespace
}  // namespace penstock::control
