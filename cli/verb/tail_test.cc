#include <algorithm>
#include <atomic>
#include <csignal>
#include <fstream>
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

// Once, however often it looks; and it goes on.
TEST(Tail, NamesADayThatCannotBeRead) {
  const testing::TempDir dir;
  const Storing storing(dir.path("events"));
  std::ofstream(dir.path("events/2026-11-23.db")) << "no database";
  const Ran ran = run_tool({"tail", "--count", "200", "--data", dir.path()});
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_EQ(std::count(ran.out.begin(), ran.out.end(), '\n'), 200);
  const std::string line = "penstock: events of 2026-11-23 are left out: ";
  EXPECT_NE(ran.err.find(line), std::string::npos) << ran.err;
  EXPECT_EQ(ran.err.find(line), ran.err.rfind(line)) << ran.err;
  EXPECT_LE(std::count(ran.err.begin(), ran.err.end(), '\n'), 2) << ran.err;  // And the log's.
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
