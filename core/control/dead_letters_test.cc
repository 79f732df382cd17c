#include "control/dead_letters.h"

#include <gtest/gtest.h>

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
  http::Response run(LetterAct act, std::string_view id) {
    auto acts = dead_letter_acts(options_, clock_);
    EXPECT_TRUE(acts);
    const std::size_t number = act == LetterAct::kRetry ? 0 : 1;
    return (*acts)[number].run(id, "");
  }

  testing::TempDir dir_;
  SystemClock clock_;
  queue::ConsumerOptions options_;
};

TEST_F(LetterActs, RetryAndDelete) {
  add("a");
  add("b");
  EXPECT_EQ(run(LetterAct::kRetry, "f1").body, R"({"retried":1})");
  EXPECT_EQ(queue::peek_spool(options_.queue.spool.path, 10, 1 << 20).size(), 1U);
  EXPECT_EQ(run(LetterAct::kDelete, "f2").body, R"({"deleted":1})");
  for (const LetterAct act : {LetterAct::kRetry, LetterAct::kDelete}) {
    EXPECT_EQ(run(act, "f1").status, 404);
    EXPECT_EQ(run(act, "f2").status, 404);
  }
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
