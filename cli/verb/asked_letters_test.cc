#include "cli/verb/asked_letters.h"

#include <optional>

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "base/text.h"
#include "control/dead_letters.h"
#include "control/handler.h"
#include "queue/spool/dead_letters.h"
#include "queue/spool/folder.h"
#include "queue/spool/peek.h"
#include "support/loop_thread.h"
#include "support/temp_dir.h"

namespace penstock::cli {
namespace {

class Asked : public ::testing::Test {
 protected:
  void SetUp() override {
    options_.queue.spool.path = dir_.path("spool");
    options_.worker = "test:1:1";
    ASSERT_TRUE(queue::make_spool_folder(dir_.path("spool")));
    for (const char* message : {"a", "b", "c"}) {
      ASSERT_TRUE(queue::DeadLetterFile(dir_.path("spool")).add({message, "why", 1'000, "x"}));
    }
    auto box = queue::make_dead_letter_box(options_, clock_);
    ASSERT_TRUE(box);
    letters_.emplace(*std::move(box), control::Client(address_, std::chrono::seconds(60)));
  }
  ~Asked() override {
    loop_.stop();
    server_.reset();
    handler_.reset();
  }

  void start_worker() {
    auto acts = control::dead_letter_acts(options_, clock_);
    ASSERT_TRUE(acts);
    handler_.emplace(loop_.loop(), *std::move(acts));
    server_.emplace(loop_.loop(), clock_, *handler_, counters_);
    ASSERT_TRUE(control::listen(*server_, address_));
    loop_.start();
  }
  std::size_t waiting() { return queue::peek_spool(dir_.path("spool"), 100, 1 << 20).size(); }

  testing::TempDir dir_;
  const std::string address_ = "unix:" + dir_.path("s");
  SystemClock clock_;
  queue::ConsumerOptions options_;
  testing::LoopThread loop_;
  server::ServerCounters counters_;
  std::optional<control::ControlHandler> handler_;
  std::optional<server::HttpServer> server_;
  std::optional<AskedLetters> letters_;
};

TEST_F(Asked, AreChangedByTheWorker) {
  start_worker();
  EXPECT_EQ(letters_->retry("f1"), true);
  EXPECT_EQ(letters_->retry("f1"), false);
  EXPECT_EQ(letters_->remove("f2"), true);
  EXPECT_EQ(letters_->remove("../x"), false);
  EXPECT_EQ(waiting(), 1U);
  EXPECT_EQ(letters_->count(), 1U);
  EXPECT_EQ(letters_->list(10, "")->letters.size(), 1U);
  EXPECT_EQ((*letters_->find("f3"))->message, "c");
  EXPECT_EQ(letters_->retry_all(), 1U);
  EXPECT_EQ(letters_->purge(), 0U);
  EXPECT_EQ(waiting(), 2U);
}

TEST_F(Asked, AllAreDeletedAtOnce) {
  start_worker();
  EXPECT_EQ(letters_->purge(), 3U);
  EXPECT_EQ(letters_->count(), 0U);
}

TEST_F(Asked, StayWhereNoWorkerRuns) {
  EXPECT_EQ(letters_->retry("f1").error().code, ErrorCode::kDisconnected);
  EXPECT_FALSE(letters_->purge());
  EXPECT_EQ(letters_->count(), 3U);
}

TEST_F(Asked, AreOnesOwnToChangeWhereOneMay) {
  app::Config config;
  config.state_dir = dir_.path();
  const auto letters = letters_to_change(config, clock_);
  ASSERT_TRUE(letters);
  EXPECT_EQ((*letters)->remove("f1"), true) << "without a worker";
}

}  // namespace
}  // namespace penstock::cli
