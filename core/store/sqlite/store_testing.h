// A store in a folder of its own, for the tests of its parts.
#pragma once

#include <cstdint>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "base/clock.h"
#include "base/text.h"
#include "event/row.h"
#include "sqlite/sqlite.h"
#include "store/contract/row_testing.h"
#include "store/sqlite/day_folder.h"
#include "store/sqlite/event_store.h"
#include "store/sqlite/queries.h"
#include "support/temp_dir.h"

namespace penstock::store {

class StoreTest : public ::testing::Test {
 protected:
  void SetUp() override { open_store(); }

  void open_store() {
    store_.reset();
    auto store = open_sqlite_store(options_, clock_);
    ASSERT_TRUE(store.has_value()) << to_text(store.error());
    store_ = *std::move(store);
  }

  StoreOutcome store(const std::vector<event::Row>& rows) {
    auto outcome = store_->store(rows);
    EXPECT_TRUE(outcome.has_value()) << to_text(outcome.error());
    return outcome.value_or(StoreOutcome{});
  }

  std::uint32_t days_removed() {
    auto upkeep = store_->maintain();
    EXPECT_TRUE(upkeep.has_value()) << to_text(upkeep.error());
    return upkeep ? upkeep->days_removed : 0;
  }

  Queries& queries() {
    if (queries_ == nullptr) queries_ = *open_sqlite_queries(options_.path);
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

  // Writes over the page in the middle of a day's rows: the file opens, and counts, as before.
  void damage_rows(std::int64_t day_ms) {
    const std::int64_t bytes = number(day_ms, "PRAGMA page_size");
    const std::int64_t page =
        number(day_ms,
               "WITH leaves AS (SELECT pageno, row_number() OVER (ORDER BY path) AS at FROM dbstat "
               "WHERE name = 'events' AND pagetype = 'leaf') "
               "SELECT pageno FROM leaves WHERE at = (SELECT max(at) / 2 + 1 FROM leaves)");
    ASSERT_GT(page, 2);
    std::fstream file(day_path(options_.path, day_ms), std::ios::in | std::ios::out);
    file.seekp((page - 1) * bytes);
    file << std::string(static_cast<std::size_t>(bytes), '\xff');
  }

  testing::TempDir dir_;
  ManualClock clock_{kToday + 12 * kHour};
  StoreOptions options_{.path = dir_.path("state/events"),
                        .anonymize_ip = false,
                        .retention_days = 0,
                        .free_percent_min = 0};  // However full this machine's disk is.
  std::unique_ptr<EventStore> store_;
  std::unique_ptr<Queries> queries_;
};

}  // namespace penstock::store
