// Rows for the store's tests.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "base/clock.h"
#include "base/text.h"
#include "event/id.h"
#include "event/row.h"
#include "sqlite/sqlite.h"
#include "store/day_folder.h"
#include "store/event_store.h"
#include "store/queries.h"
#include "support/temp_dir.h"

namespace penstock::store {

inline constexpr std::int64_t kToday = 1'763'942'400'000;  // 2025-11-24, its first millisecond.
inline constexpr std::int64_t kMinute = 60'000;
inline constexpr std::int64_t kHour = 3'600'000;
inline constexpr std::int64_t kDay = 86'400'000;

// A plain row of the time. Rows with the same number and time have the same id.
inline event::Row row_at(std::int64_t at_ms, std::uint32_t number) {
  event::Row row;
  row.record.id = event::id_of_client("default", std::to_string(number), at_ms);
  row.record.received_at_ms = at_ms + 5;
  row.record.occurred_at_ms = at_ms;
  row.record.project = "default";
  row.record.source = "events";
  row.record.name = "pageview";
  row.record.ip = "203.0.113.7";
  row.record.user_agent = "Mozilla/5.0";
  row.record.properties = "{}";
  row.host = "example.com";
  row.path = "/";
  row.browser = "Firefox";
  row.os = "Linux";
  row.device = "desktop";
  return row;
}

class StoreTest : public ::testing::Test {
 protected:
  void SetUp() override { open_store(); }

  void open_store() {
    store_.reset();
    auto store = EventStore::open(options_, clock_);
    ASSERT_TRUE(store.has_value()) << to_text(store.error());
    store_ = *std::move(store);
  }

  StoreOutcome store(const std::vector<event::Row>& rows) {
    auto outcome = store_->store(rows);
    EXPECT_TRUE(outcome.has_value()) << to_text(outcome.error());
    return outcome.value_or(StoreOutcome{});
  }

  Queries& queries() {
    if (queries_ == nullptr) queries_ = *Queries::open(options_.path);
    return *queries_;
  }

  // A number from a day's file, by a connection of its own.
  std::int64_t number(std::int64_t day_ms, const std::string& sql) {
    auto database = sqlite::Database::open(day_path(options_.path, day_ms),
                                           {.access = sqlite::Access::kReadOnly,
                                            .sync = sqlite::Sync::kFull,
                                            .busy_timeout_ms = 1'000,
                                            .cache_kib = 100});
    if (!database) return -1;
    auto statement = database->prepare(sql);
    if (!statement || !statement->step().value_or(false)) return -1;
    return statement->integer(0);
  }

  testing::TempDir dir_;
  ManualClock clock_{kToday + 12 * kHour};
  StoreOptions options_{
      .path = dir_.path("state/events"), .anonymize_ip = false, .retention_days = 0};
  std::unique_ptr<EventStore> store_;
  std::unique_ptr<Queries> queries_;
};

}  // namespace penstock::store
