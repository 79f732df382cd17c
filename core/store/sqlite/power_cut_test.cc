// The machine loses its power while a batch with many old days is stored: at every write and sync
// what was stored before stays, every day's file can be used, and the batch that comes again is
// stored once. And a process that dies before its syncs leaves nothing that passes for durable.
#include "support/power_cut.h"

#include "store/sqlite/day_file.h"
#include "store/sqlite/store_testing.h"

namespace penstock::store {
namespace {

constexpr int kOldDays = 3;  // More than are stored one by one.
constexpr std::uint64_t kStride = 2;

// `serial` tells the rows of a day apart. One row is of today.
std::vector<event::Row> batch_of(int days, int serial) {
  std::vector<event::Row> rows = {row_at(kToday + serial, static_cast<std::uint32_t>(serial))};
  for (int day = 0; day < days; ++day) {
    rows.push_back(row_at(kToday - (20 + day) * kDay + serial,
                          static_cast<std::uint32_t>(100 * day + serial)));
  }
  return rows;
}

std::unique_ptr<EventStore> open(const std::string& root, const Clock& clock) {
  auto store = open_sqlite_store({root + "/events", false, 0}, clock);
  EXPECT_TRUE(store) << to_text(store.error());
  return *std::move(store);
}

void store_once(const std::string& root, const std::vector<event::Row>& rows) {
  const ManualClock clock(kToday + 12 * kHour);
  const auto outcome = open(root, clock)->store(rows);
  ASSERT_TRUE(outcome) << to_text(outcome.error());
  EXPECT_TRUE(outcome->refused.empty());
}

std::int64_t number_of(const std::string& path, const char* sql) {
  auto database = sqlite::Database::open(path, {.access = sqlite::Access::kReadOnly});
  if (!database) return -1;
  auto statement = database->prepare(sql);
  return statement && statement->step().value_or(false) ? statement->integer(0) : -1;
}

void check_days(const std::string& root, int days, std::int64_t rows) {
  const std::string folder = root + "/events";
  EXPECT_EQ(list_days(folder).size(), static_cast<std::size_t>(days) + 1);
  for (const std::int64_t day_ms : list_days(folder)) {
    const std::string path = day_path(folder, day_ms);
    SCOPED_TRACE(path);
    EXPECT_EQ(number_of(path, "SELECT count(DISTINCT id) FROM events"), rows);
    EXPECT_EQ(number_of(path, "SELECT (SELECT integrity_check FROM pragma_integrity_check) = 'ok'"),
              1);
  }
}

TEST(StorePowerCut, LeavesOldDaysWholeAndWhatWasStored) {
  const testing::TempDir before;
  std::filesystem::create_directory(before.path("live"));
  {
    const testing::PowerCutDisk syncs_nothing(before.path("live"));
    store_once(before.path("live"), batch_of(kOldDays - 1, 1));  // One of the days is new then.
  }
  const auto cuts = testing::play_all_cuts(before.path("live"), before.path("cuts"), kStride, [&] {
    store_once(before.path("live"), batch_of(kOldDays, 2));
  });
  EXPECT_GT(cuts.size(), 30U);
  for (const std::uint64_t call : cuts) {
    SCOPED_TRACE(str_cat("cut at call ", call));
    const std::string after = before.path(str_cat("cuts/", call));
    const testing::PowerCutDisk syncs_nothing(after);
    store_once(after, batch_of(kOldDays, 2));
    store_once(after, batch_of(kOldDays, 1));
    check_days(after, kOldDays, 2);
    if (HasFailure()) return;
  }
}

TEST(StorePowerCut, TakesNothingThatStoreHasTold) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    SCOPED_TRACE(str_cat("seed ", seed));
    const testing::TempDir dir;
    std::filesystem::create_directory(dir.path("live"));
    testing::play_until_cut(dir.path("live"), dir.path("after"), 1'000'000, seed, [&] {
      const ManualClock clock(kToday + 12 * kHour);
      const auto store = open(dir.path("live"), clock);
      ASSERT_TRUE(store->store(batch_of(kOldDays, 1)));
      testing::PowerCutDisk::cut_now(dir.path("after"), seed);
    });
    const testing::PowerCutDisk syncs_nothing(dir.path("after"));
    check_days(dir.path("after"), kOldDays, 1);
    if (HasFailure()) return;
  }
}

// The rows are in the journal, committed and not synced, and their process is gone: the batch comes
// again, all of it is there already, and store() says that it is durable.
TEST(StorePowerCut, TakesNoDuplicateWhoseFirstWriterDiedBeforeItsSync) {
  const event::Row row = row_at(kToday + 1, 1);
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    SCOPED_TRACE(str_cat("seed ", seed));
    const testing::TempDir dir;
    std::filesystem::create_directories(dir.path("live/events"));
    testing::play_until_cut(dir.path("live"), dir.path("after"), 1'000'000, seed, [&] {
      const std::string path = day_path(dir.path("live/events"), kToday);
      auto dead = DayFile::open(path, true, sqlite::Sync::kOff);
      ASSERT_TRUE(dead);
      ASSERT_TRUE((*dead)->insert(1, row, ""));
      static_cast<void>(dead->release());
      const ManualClock clock(kToday + 12 * kHour);
      const auto store = open(dir.path("live"), clock);
      ASSERT_EQ(store->store({&row, 1}).value_or(StoreOutcome{}).duplicates, 1u);
      testing::PowerCutDisk::cut_now(dir.path("after"), seed);
    });
    const testing::PowerCutDisk syncs_nothing(dir.path("after"));
    check_days(dir.path("after"), 0, 1);
    if (HasFailure()) return;
  }
}

}  // namespace
}  // namespace penstock::store
