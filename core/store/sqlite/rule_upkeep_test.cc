#include "store/sqlite/rule_upkeep.h"

#include <filesystem>
#include <limits>
#include <string_view>

#include "store/sqlite/check.h"
#include "store/sqlite/column_testing.h"

namespace penstock::store {
namespace {

class RuleUpkeepTest : public ColumnsTest {
 protected:
  static constexpr std::int64_t kOld = kToday - 9 * kDay;

  // One event an hour and kind of each project, for some days; and what bears the clock out.
  void store_days() {
    std::vector<event::Row> rows;
    for (std::int64_t day_ms = kOld; day_ms <= kToday; day_ms += kDay) {
      for (const std::string_view project : {"shop", "blog"}) {
        for (const std::string_view kind : {"event", "log", "error"}) {
          for (int i = 0; i < 20; ++i) {
            rows.push_back(row_at(day_ms + i * kMinute, ++number_));
            rows.back().record.project = project;
            rows.back().record.kind = kind;
          }
        }
      }
    }
    store(rows);
  }
  void open_with(std::vector<RetentionRule> rules, std::uint32_t days = 0) {
    options_.retain = std::move(rules);
    options_.retention_days = days;
    open_store();
  }
  // As an hour and more of the worker.
  void look_after() {
    store_->maintain().value();
    clock_.advance_ms(Calendar::kSettleMs + kMinute);
    store_->maintain().value();
    while (store_->gather_columns()) {
    }
    while (store_->gather_columns()) {
    }
  }
  std::uint64_t events(std::string_view project, std::string_view kind,
                       Range range = {kOld, kToday + kDay}) {
    Filter filter;
    filter.project = project;
    if (!kind.empty()) filter.conditions = {{Dimension::kKind, std::string(kind)}};
    return queries().summary(range, filter)->events;
  }
  void check() {
    const auto checked = check_sqlite_store(options_.path, false);
    ASSERT_TRUE(checked.has_value());
    for (const auto& one : checked->faults) ADD_FAILURE() << one.file << ": " << one.what;
  }

  std::uint32_t number_ = 0;
};

TEST_F(RuleUpkeepTest, DeletesWhatNoRuleKeeps) {
  open_with({{"shop", "log", 2}, {"", "log", 4}, {"blog", "", 6}});
  store_days();
  look_after();
  EXPECT_EQ(events("shop", "log"), 3u * 20);  // Today, and two days before.
  EXPECT_EQ(events("blog", "log"), 7u * 20);  // The project's rule, before the kind's.
  EXPECT_EQ(events("blog", "event"), 7u * 20);
  EXPECT_EQ(events("shop", "event"), 10u * 20);
  EXPECT_EQ(store_->removed_by_rules(), (std::vector<std::uint64_t>{7 * 20, 0, 3 * 60, 0}));
  check();
  // Totals, columns and rows say one thing.
  const Range day{kOld, kOld + kDay};
  EXPECT_EQ(queries().summary(day, {})->events, 40u);
  EXPECT_EQ(number(kOld, "SELECT sum(events) FROM counts WHERE step = 86400 AND dimension = 0"),
            40);
}

TEST_F(RuleUpkeepTest, ADayGoesWithItsLastEvent) {
  open_with({{"shop", "", 3}, {"blog", "", 5}});
  store_days();
  look_after();
  EXPECT_EQ(list_days(options_.path).front(), kToday - 5 * kDay);
  EXPECT_EQ(events("shop", ""), 4u * 60);
  EXPECT_EQ(events("blog", ""), 6u * 60);
  check();
}

// A day file stays while a rule wants some of it, whatever the days of all are.
TEST_F(RuleUpkeepTest, ARuleKeepsLongerThanTheDaysOfAll) {
  open_with({{"shop", "error", 0}, {"", "log", 7}}, 3);
  store_days();
  look_after();
  EXPECT_EQ(events("shop", "error"), 10u * 20);
  EXPECT_EQ(events("blog", "log"), 8u * 20);
  EXPECT_EQ(events("shop", "log"), 8u * 20);
  EXPECT_EQ(events("shop", "event"), 4u * 20);
  EXPECT_EQ(events("blog", "error"), 4u * 20);
  EXPECT_EQ(list_days(options_.path).size(), 10u);
  EXPECT_EQ(store_->removed_by_rules(), (std::vector<std::uint64_t>{0, 80, 6 * 60}));
  check();
}

TEST_F(RuleUpkeepTest, NoClockAloneMakesThemOld) {
  open_with({{"shop", "", 3}});
  store_days();
  const std::uint64_t before = events("shop", "");
  clock_.advance_ms(400 * kDay);  // Nobody stores for a year, or the clock is wrong.
  look_after();
  // Three days bear out no more than they say.
  EXPECT_EQ(events("shop", "", {kToday - 2 * kDay, kToday + kDay}), 3u * 60);
  EXPECT_LT(events("shop", ""), before);

  open_with({{"blog", "", 3}});
  store_->maintain().value();
  while (store_->gather_columns()) {
  }
  EXPECT_EQ(events("blog", ""), 10u * 60);  // In the first hour.
}

// Killed at any point: what was committed is, and the rest is found again.
TEST_F(RuleUpkeepTest, GoesOnWhereItWasCutOff) {
  store_days();
  gather_all();
  store_.reset();
  // Of one transaction of a worker that died before it noted anything.
  StoreOptions options = options_;
  options.retain = {{"shop", "", 3}};
  {
    const RuleSet rules(options);
    auto database = sqlite::Database::open(day_path(options_.path, kOld), {});
    ASSERT_TRUE(database.has_value());
    const auto some = find_doomed_rows(*database, rules, {true, false},
                                       std::numeric_limits<std::int64_t>::min(), 30)
                          .value();
    ASSERT_EQ(some.doomed.size(), 30u);
    ASSERT_TRUE(remove_rows(*database, some.doomed).has_value());
  }
  EXPECT_EQ(events("shop", ""), 10u * 60 - 30);
  check();
  open_with({{"shop", "", 3}});
  look_after();
  EXPECT_EQ(events("shop", ""), 4u * 60);
  EXPECT_EQ(events("blog", ""), 10u * 60);
  EXPECT_EQ(store_->removed_by_rules()[0], 6u * 60 - 30);
  check();
}

TEST_F(RuleUpkeepTest, LooksAgainOnlyAtWhatCameSince) {
  open_with({{"shop", "", 3}});
  store_days();
  look_after();
  RuleMarks marks(options_.path);
  const auto mark = marks.of(kOld).value();
  ASSERT_TRUE(mark.has_value());
  EXPECT_EQ(mark->last_row, number(kOld, "SELECT max(rowid) FROM events WHERE project = 'blog'"));

  // What a person puts back by hand among the old rows is his.
  run(kOld, "UPDATE events SET project = 'shop' WHERE rowid = (SELECT min(rowid) FROM events)");
  std::vector<event::Row> late = {row_at(kOld + kHour, 5'000), row_at(kOld + kHour, 5'001)};
  late[0].record.project = "shop";
  late[1].record.project = "blog";
  store(late);
  look_after();
  EXPECT_EQ(events("shop", "", {kOld, kOld + kDay}), 1u);
  EXPECT_EQ(events("blog", "", {kOld, kOld + kDay}), 60u);
  EXPECT_EQ(store_->removed_by_rules()[0], 6u * 60 + 1);
  check();
}

TEST_F(RuleUpkeepTest, OfCompactDaysToo) {
  options_.compact_after_days = 1;
  open_with({});
  VariedRows varied(7);
  store(varied.some(kOld, 5'000));
  store_days();
  clock_.advance_ms(2 * kDay);
  while (store_->gather_columns()) {
  }
  ASSERT_TRUE(is_compact(number(kOld, "PRAGMA user_version")));
  const std::int64_t others =
      number(kOld, "SELECT count(*) FROM events WHERE project <> 'default'");
  const auto bytes = std::filesystem::file_size(day_path(options_.path, kOld));
  open_with({{"default", "", 3}});
  look_after();
  EXPECT_EQ(number(kOld, "SELECT count(*) FROM events WHERE project = 'default'"), 0);
  EXPECT_EQ(number(kOld, "SELECT count(*) FROM events"), others);
  check();
  // Its room is given back.
  EXPECT_EQ(number(kOld, "PRAGMA freelist_count"), 0);
  EXPECT_LT(std::filesystem::file_size(day_path(options_.path, kOld)), bytes);
}

// Whose copy may not fill the disk.
TEST_F(RuleUpkeepTest, OfAnOlderDayOnceItIsUpToDate) {
  store_days();
  gather_all();
  store_.reset();
  take_later_columns(kOld);
  open_with({{"shop", "", 3}});
  look_after();
  EXPECT_EQ(number(kOld, "PRAGMA user_version"), kSchemaVersion);
  EXPECT_EQ(events("shop", "", {kOld, kOld + kDay}), 60u);
  look_after();
  EXPECT_EQ(events("shop", "", {kOld, kOld + kDay}), 0u);
  check();
}

TEST_F(RuleUpkeepTest, PrunesAtOnceAndTellsBefore) {
  store_days();
  store_.reset();
  options_.retain = {{"shop", "", 3}};
  const auto would = prune_sqlite_rows(options_, clock_, true).value();
  ASSERT_EQ(would.size(), 6u);
  EXPECT_EQ(would[0].day_ms, kOld);
  EXPECT_EQ(would[0].rule, "project=shop days=3");
  EXPECT_EQ(would[0].rows, 60u);
  EXPECT_EQ(events("shop", ""), 600u);
  EXPECT_TRUE(RuleMarks::removed(options_.path).empty());

  EXPECT_EQ(prune_sqlite_rows(options_, clock_, false).value().size(), 6u);
  EXPECT_EQ(events("shop", ""), 4u * 60);
  EXPECT_TRUE(prune_sqlite_rows(options_, clock_, false).value().empty());
  EXPECT_EQ(RuleMarks::removed(options_.path)[0].rows, 360u);
  check();
}

TEST_F(RuleUpkeepTest, PassesOverADayThatItCannotWorkOn) {
  open_with({{"shop", "", 3}});
  store_days();
  damage_rows(kOld);
  run(kOld + kDay, "ALTER TABLE events RENAME COLUMN kind TO sort");
  look_after();
  EXPECT_EQ(events("shop", "", {kOld + 2 * kDay, kToday + kDay}), 4u * 60);
}

}  // namespace
}  // namespace penstock::store
