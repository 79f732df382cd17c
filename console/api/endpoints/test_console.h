// For tests: the console's API on a port of its own, also with some events stored.
#pragma once

#include <chrono>
#include <filesystem>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "console/api/endpoints/routes.h"
#include "console/api/request/test_api.h"
#include "control/dead_letters.h"
#include "control/handler.h"
#include "control/stored_events.h"
#include "control/worker_state.h"
#include "store/backends.h"
#include "support/loop_thread.h"

namespace penstock::console::testing {

class TestConsole : public TestApi {
 public:
  explicit TestConsole(std::string public_url = "") : TestApi(routes(), std::move(public_url)) {}
};

// The worker's half of what the console asks of it.
class TestWorker {
 public:
  explicit TestWorker(const ConsoleSettings& settings, control::WorkerState state = {})
      : state_(std::move(state)) {
    auto acts = control::dead_letter_acts(settings.queue, clock_);
    EXPECT_TRUE(acts);
    acts->push_back(control::worker_state_act([this] {
      const std::lock_guard lock(mutex_);
      return state_;
    }));
    for (control::Act& act : control::stored_event_acts(store::make_edits(settings.store_path))) {
      acts->push_back(std::move(act));
    }
    handler_.emplace(thread_.loop(), std::move(*acts));
    server_.emplace(thread_.loop(), clock_, *handler_, counters_);
    const auto listening = control::listen(*server_, settings.worker_address);
    EXPECT_TRUE(listening) << to_text(listening.error());
    thread_.start();
  }
  ~TestWorker() { thread_.stop(); }
  void set_state(control::WorkerState state) {
    const std::lock_guard lock(mutex_);
    state_ = std::move(state);
  }
  TestWorker(const TestWorker&) = delete;
  TestWorker& operator=(const TestWorker&) = delete;

 private:
  std::mutex mutex_;
  control::WorkerState state_;
  const SystemClock clock_;
  penstock::testing::LoopThread thread_;
  server::ServerCounters counters_;
  std::optional<control::ControlHandler> handler_;
  std::optional<server::HttpServer> server_;
};

// Ten events of the last ten minutes, and a viewer who asks about them.
class StoredEvents : public ::testing::Test {
 protected:
  void SetUp() override {
    console_.add_user("ada@x", Role::kViewer);
    std::vector<event::Row> rows;
    event::IdMaker ids(Random(1));
    for (int i = 0; i < 10; ++i) {
      event::Row row;
      row.record.occurred_at_ms = kEventsNow - std::int64_t{60'000} * (i + 1);
      row.record.received_at_ms = row.record.occurred_at_ms;
      row.record.id = ids.make(row.record.occurred_at_ms);
      row.record.project = "default";
      row.record.source = "events";
      row.record.name = i == 0 ? "signup" : "pageview";
      row.record.anonymous_id = i % 2 == 0 ? "even" : "odd";
      row.path = i < 6 ? "/a" : "/b";
      row.browser = "Firefox";
      row.record.properties = R"({"text":"</script><b>"})";
      ids_.push_back(row.record.id.hex());
      rows.push_back(row);
    }
    console_.store(rows);
    console_.start();
    visitor_ = console_.sign_in("ada@x");
  }

  Answer get(std::string_view target, std::string known = "") {
    Headers headers = visitor_.headers();
    if (!known.empty()) headers.emplace_back("If-None-Match", std::move(known));
    return console_.ask("GET", str_cat("/api/v1", target), std::move(headers));
  }

  // As if they had been stored an hour ago.
  void settle() const {
    namespace fs = std::filesystem;
    for (const auto& file : fs::directory_iterator(console_.settings().store_path)) {
      fs::last_write_time(file, fs::file_time_type::clock::now() - std::chrono::hours(1));
    }
  }

  TestConsole console_;
  Visitor visitor_;
  std::vector<std::string> ids_;  // Newest first.
};

}  // namespace penstock::console::testing
