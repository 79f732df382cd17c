#include <string>

#include <gtest/gtest.h>
#include <unistd.h>

#include "app/process/run_file.h"
#include "console/api/endpoints/test_console.h"

namespace penstock::console {
namespace {

using testing::Answer;
using testing::kEventsNow;
using testing::TestConsole;
using testing::TestWorker;

class QueueWorkers : public ::testing::Test {
 protected:
  void start() {
    console_.add_user("ada@x", Role::kViewer);
    console_.start();
    visitor_ = console_.sign_in("ada@x");
  }
  Answer get() { return console_.ask("GET", "/api/v1/queue/workers", visitor_.headers()); }

  TestConsole console_;
  testing::Visitor visitor_;
};

TEST_F(QueueWorkers, AreNoneWhereNoneRan) {
  start();
  EXPECT_EQ(get().body, R"({"workers":[],"complete":true})");
}

TEST_F(QueueWorkers, AreToldAsTheySay) {
  start();
  control::WorkerState state;
  state.identity = "host:1:ab";
  state.started_ms = kEventsNow - 100'000;
  state.now_ms = kEventsNow;
  state.turned_ms = kEventsNow - 200;
  TestWorker worker(console_.settings(), state);
  EXPECT_EQ(get().member("state"), "idle");

  state.claimed = 7;
  state.claimed_ms = kEventsNow - 4'000;
  worker.set_state(state);
  Answer answer = get();
  EXPECT_EQ(answer.member("state"), "working") << answer.body;
  EXPECT_TRUE(answer.says(R"("claimed":7,"oldest_claim_seconds":4)")) << answer.body;

  state.troubles = {"the store refuses a batch"};
  worker.set_state(state);
  EXPECT_EQ(get().member("state"), "troubled");
  EXPECT_EQ(get().member("note"), "the store refuses a batch");

  state.turned_ms = kEventsNow - 61'000;
  worker.set_state(state);
  EXPECT_EQ(get().member("state"), "stuck") << "it answers, and does not get on";
}

TEST_F(QueueWorkers, ThatEndedWithoutAWordAreStopped) {
  start();
  app::RunFile file;
  file.pid = 2'000'000'000;
  ASSERT_TRUE(app::write_run_file(console_.settings().state_dir, app::kWorkerProgram, file));
  const Answer answer = get();
  EXPECT_EQ(answer.member("state"), "stopped") << answer.body;
  EXPECT_TRUE(answer.says(R"("claimed":null)")) << answer.body;
}

TEST_F(QueueWorkers, MayBeMoreWhereTheQueueCannotBeAsked) {
  console_.use_redis_at_closed_port();
  start();
  EXPECT_EQ(get().body, R"({"workers":[],"complete":false})");
}

}  // namespace
}  // namespace penstock::console
