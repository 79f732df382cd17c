#include <algorithm>
#include <atomic>
#include <csignal>
#include <thread>

#include <gtest/gtest.h>
#include <unistd.h>

#include "base/clock.h"
#include "cli/verb/verb_testing.h"
#include "event/id.h"
#include "store/backends.h"
#include "support/temp_dir.h"

namespace penstock::cli {
namespace {

// Stores one event after the other until it is told to stop: a tail shows what comes after its own
// start, and when that is nobody outside can know.
class Storing {
 public:
  explicit Storing(const std::string& path) {
    store::StoreOptions options;
    options.path = path;
    auto store = store::open_event_store(options, clock_);
    EXPECT_TRUE(store);
    store_ = std::move(*store);
    thread_ = std::jthread([this] { run(); });
  }
  ~Storing() { is_over_ = true; }

 private:
  void run() {
    event::IdMaker ids{Random(1)};
    while (!is_over_) {
      event::Row row;
      row.record.occurred_at_ms = row.record.received_at_ms = clock_.wall_ms();
      row.record.id = ids.make(row.record.occurred_at_ms);
      row.record.project = "default";
      row.record.name = "live";
      EXPECT_TRUE(store_->store({&row, 1}));
      usleep(5'000);
    }
  }

  const SystemClock clock_;
  std::atomic<bool> is_over_{false};
  std::unique_ptr<store::EventStore> store_;
  std::jthread thread_;
};

TEST(Tail, ShowsEventsAsTheyAreStored) {
  const testing::TempDir dir;
  const Storing storing(dir.path("events"));
  const Ran text = run_tool({"tail", "--count", "3", "--data", dir.path()});
  EXPECT_EQ(text.code, 0) << text.err;
  EXPECT_EQ(std::count(text.out.begin(), text.out.end(), '\n'), 3) << text.out;
  EXPECT_NE(text.out.find(" default  live "), std::string::npos) << text.out;

  const Ran json = run_tool({"tail", "--count", "2", "--json", "--data", dir.path()});
  EXPECT_EQ(json.out.front(), '{') << json.out;
  EXPECT_EQ(std::count(json.out.begin(), json.out.end(), '\n'), 2) << json.out;
}

TEST(Tail, EndsWellWhenItIsInterrupted) {
  const testing::TempDir dir;
  std::jthread interrupter([](const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      struct sigaction action {};
      sigaction(SIGINT, nullptr, &action);
      if (action.sa_handler != SIG_DFL) kill(getpid(), SIGINT);  // The tail has begun.
      usleep(5'000);
    }
  });
  EXPECT_EQ(run_tool({"tail", "--data", dir.path()}).code, 0);
}

}  // namespace
}  // namespace penstock::cli
