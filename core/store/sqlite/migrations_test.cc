#include "store/sqlite/migrations.h"

#include <filesystem>
#include <fstream>
#include <set>

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "base/text.h"
#include "event/fields.h"
#include "files/newer_version.h"
#include "files/whole_file.h"
#include "sqlite/versions.h"
#include "store/contract/calendar.h"
#include "store/sqlite/day_file.h"
#include "store/sqlite/store_testing.h"

namespace penstock::store {
namespace {

using Rows = std::vector<std::string>;

// Two days as version 0.1.0 wrote them, before events had a kind.
class MigrationsTest : public StoreTest {
 protected:
  static constexpr std::int64_t kOldDay = 1'795'478'400'000;  // 2026-11-24.

  void SetUp() override {
    std::filesystem::create_directories(options_.path);
    for (const std::int64_t day_ms : {kOldDay, kOldDay + kDay}) {
      const std::string name = day_text(day_ms) + ".db";
      std::filesystem::copy_file(str_cat(PENSTOCK_SOURCE_DIR, "/tests/store/version_1/", name),
                                 day_path(options_.path, day_ms));
    }
  }

  Rows rows(std::int64_t day_ms, const std::string& sql) {
    auto database = sqlite::Database::open(day_path(options_.path, day_ms),
                                           {.access = sqlite::Access::kReadOnly});
    Rows found;
    if (!database) return found;
    auto statement = database->prepare(sql);
    if (!statement) return found;
    while (statement->step().value_or(false)) found.emplace_back(statement->text(0));
    return found;
  }
  std::string bytes(std::int64_t day_ms) {
    return files::read_whole_file(day_path(options_.path, day_ms), 1 << 20).value_or("");
  }
};

constexpr const char* kKinds = "SELECT name || ' ' || kind FROM events ORDER BY 1";
constexpr const char* kCounts =
    "SELECT step || project || dimension || at || value || events FROM counts ORDER BY 1";

TEST_F(MigrationsTest, AnOldDayIsBroughtUpToDateWhenItIsWritten) {
  const Rows counts = rows(kOldDay, kCounts);
  const Rows ids = rows(kOldDay, "SELECT hex(id) FROM events ORDER BY 1");
  ASSERT_EQ(number(kOldDay, "PRAGMA user_version"), 1);
  ASSERT_EQ(counts.size(), 24u);
  ASSERT_TRUE(DayFile::open(day_path(options_.path, kOldDay)).has_value());

  EXPECT_EQ(number(kOldDay, "PRAGMA user_version"), kSchemaVersion);
  EXPECT_EQ(rows(kOldDay, kKinds), (Rows{"pageview page", "pageview page", "signup event"}));
  EXPECT_EQ(rows(kOldDay, "SELECT hex(id) FROM events ORDER BY 1"), ids);
  EXPECT_EQ(rows(kOldDay, kCounts), counts);
  EXPECT_EQ(number(kOldDay + kDay, "PRAGMA user_version"), 1);

  const std::string migrated = bytes(kOldDay);
  ASSERT_TRUE(DayFile::open(day_path(options_.path, kOldDay)).has_value());
  EXPECT_EQ(rows(kOldDay, kKinds).size(), 3u);
  EXPECT_EQ(number(kOldDay, "PRAGMA user_version"), kSchemaVersion);
}

TEST_F(MigrationsTest, AllDaysAreBroughtUpToDateOnRequest) {
  EXPECT_EQ(migrate_sqlite_store(options_.path, true).value_or(FilesDone{}).files, 2u);
  const auto again = migrate_sqlite_store(options_.path, true);
  ASSERT_TRUE(again.has_value());
  EXPECT_EQ(again->files, 0u);
  EXPECT_TRUE(again->faults.empty());
  EXPECT_EQ(rows(kOldDay + kDay, kKinds), (Rows{"order event", "pageview page"}));
  EXPECT_EQ(queries().summary({kOldDay, kOldDay + 2 * kDay}, {})->events, 5u);

  open_store();
  EXPECT_FALSE(migrate_sqlite_store(options_.path, true).has_value());  // A worker writes.
}

TEST_F(MigrationsTest, ADayThatCannotBeBroughtUpToDateIsNamedAndTheOthersAre) {
  const std::string garbage = day_path(options_.path, kOldDay - kDay);
  ASSERT_TRUE(files::write_whole_file(garbage, "no database", {}).has_value());
  const auto migrated = migrate_sqlite_store(options_.path, true);
  ASSERT_TRUE(migrated.has_value());
  EXPECT_EQ(migrated->files, 2u);
  ASSERT_EQ(migrated->faults.size(), 1u);
  EXPECT_EQ(migrated->faults[0].file, garbage);
  EXPECT_EQ(number(kOldDay + kDay, "PRAGMA user_version"), kSchemaVersion);
}

TEST_F(MigrationsTest, AnOldDayTakesNewRowsOnce) {
  open_store();
  event::Row row = row_at(kOldDay + kHour, 1);
  row.record.kind = "error";
  EXPECT_EQ(store({row}).stored, 1u);
  EXPECT_EQ(store({row}).duplicates, 1u);
  EXPECT_EQ(number(kOldDay, "SELECT count(*) FROM events WHERE kind = 'error'"), 1);
  EXPECT_EQ(number(kOldDay, "SELECT events FROM counts WHERE step = 86400 AND dimension = 0"), 4);
}

TEST_F(MigrationsTest, ReadersSeeAnOldDayAsIfItWereNewAndLeaveItAlone) {
  const std::string before = bytes(kOldDay);
  const Range range{kOldDay, kOldDay + 2 * kDay};
  Rows seen;
  const auto visit = [&](const event::Row& row) {
    seen.push_back(str_cat(row.record.name, ' ', row.record.kind));
    return true;
  };
  ASSERT_TRUE(queries().scan(range, {}, visit).has_value());
  EXPECT_EQ(seen, (Rows{"pageview page", "signup event", "pageview page", "pageview page",
                        "order event"}));
  seen.clear();
  EXPECT_EQ(queries().events(range, {}, {}, visit).value_or("?"), "");
  EXPECT_EQ(seen.size(), 5u);
  EXPECT_EQ(queries().summary(range, {})->events, 5u);
  EXPECT_TRUE(queries().follow("1", 100, visit).has_value());
  EXPECT_EQ(seen.size(), 10u);
  const auto id = rows(kOldDay, "SELECT lower(hex(id)) FROM events WHERE name = 'signup'").at(0);
  EXPECT_NE(queries().event_json(id).value()->find(R"("kind":"event")"), std::string::npos);

  EXPECT_EQ(bytes(kOldDay), before);
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(options_.path), {}), 2);
}

class CopiesTest : public MigrationsTest {
 protected:
  std::string copy(std::int64_t day_ms) const {
    return sqlite::copy_path(day_path(options_.path, day_ms), 1);
  }
  void set_days_after(const std::string& path, std::int64_t days) {
    // The file's time is the machine's: the store's clock is set by it.
    struct stat found {};
    ASSERT_EQ(stat(path.c_str(), &found), 0);
    clock_.set_wall_ms((found.st_mtim.tv_sec + 1) * 1'000 + days * kDay);
  }
};

TEST_F(CopiesTest, ADayIsKeptAsItWasBeforeItIsBroughtUpToDate) {
  const std::string before = bytes(kOldDay);
  ASSERT_TRUE(DayFile::open(day_path(options_.path, kOldDay)).has_value());
  EXPECT_EQ(sqlite::version_of_file(copy(kOldDay)), 1);
  EXPECT_FALSE(std::filesystem::exists(copy(kOldDay + kDay)));
  // Put back, it is what it was.
  std::filesystem::rename(copy(kOldDay), day_path(options_.path, kOldDay));
  EXPECT_EQ(rows(kOldDay, "SELECT count(*) FROM events"), (Rows{"3"}));
  EXPECT_EQ(number(kOldDay, "PRAGMA user_version"), 1);
  EXPECT_EQ(bytes(kOldDay).size(), before.size());
}

TEST_F(CopiesTest, AreNoDays) {
  ASSERT_TRUE(migrate_sqlite_store(options_.path, true).has_value());
  ASSERT_TRUE(std::filesystem::exists(copy(kOldDay)));
  EXPECT_EQ(list_days(options_.path).size(), 2u);
  EXPECT_EQ(queries().summary({kOldDay, kOldDay + 2 * kDay}, {})->events, 5u);
  EXPECT_EQ(sqlite_store_versions(options_.path).size(), 2u);
}

TEST_F(CopiesTest, AreLeftOutByAPersonWhoHasABackup) {
  ASSERT_TRUE(migrate_sqlite_store(options_.path, false).has_value());
  EXPECT_EQ(number(kOldDay, "PRAGMA user_version"), kSchemaVersion);
  EXPECT_FALSE(std::filesystem::exists(copy(kOldDay)));
}

TEST_F(CopiesTest, GoWithTheirDay) {
  ASSERT_TRUE(migrate_sqlite_store(options_.path, true).has_value());
  ASSERT_TRUE(remove_day(day_path(options_.path, kOldDay)));
  EXPECT_FALSE(std::filesystem::exists(copy(kOldDay)));
  EXPECT_TRUE(std::filesystem::exists(copy(kOldDay + kDay)));
}

TEST_F(CopiesTest, AreRemovedAfterSomeDays) {
  ASSERT_TRUE(migrate_sqlite_store(options_.path, true).has_value());
  const std::string strange = options_.path + "/notes.version-1";
  std::ofstream(strange) << "somebody's";
  set_days_after(copy(kOldDay), kCopiesKeptDays - 1);
  open_store();
  clock_.advance_ms(Calendar::kSettleMs);
  EXPECT_EQ(days_removed(), 0u);
  EXPECT_TRUE(std::filesystem::exists(copy(kOldDay)));

  set_days_after(copy(kOldDay), kCopiesKeptDays + 1);
  open_store();
  EXPECT_EQ(days_removed(), 0u);
  EXPECT_TRUE(std::filesystem::exists(copy(kOldDay)));  // The clock may be wrong.
  clock_.advance_ms(Calendar::kSettleMs);
  EXPECT_EQ(days_removed(), 0u);
  EXPECT_FALSE(std::filesystem::exists(copy(kOldDay)));
  EXPECT_FALSE(std::filesystem::exists(copy(kOldDay + kDay)));
  EXPECT_TRUE(std::filesystem::exists(strange));
  EXPECT_EQ(number(kOldDay, "SELECT count(*) FROM events"), 3);
}

TEST(Migrations, MakeEveryColumnOfTheContract) {
  const testing::TempDir dir;
  auto database = sqlite::Database::open(dir.path("day.db"), {});
  EXPECT_EQ(sqlite::version_of(*database).value_or(-1), 0);
  ASSERT_TRUE(migrate(*database, dir.path("day.db")).has_value());
  ASSERT_TRUE(migrate(*database, dir.path("day.db")).has_value());
  EXPECT_EQ(sqlite::version_of(*database).value_or(-1), kSchemaVersion);

  auto columns = database->prepare("SELECT name FROM pragma_table_info('events')");
  std::set<std::string> names;
  while (columns->step().value_or(false)) names.emplace(columns->text(0));
  std::set<std::string> wanted;
  for (const event::Field& field : event::kFields) wanted.emplace(field.name);
  EXPECT_EQ(names, wanted);
}

TEST(Migrations, RefuseANewerVersion) {
  const testing::TempDir dir;
  auto database = sqlite::Database::open(dir.path("day.db"), {});
  ASSERT_TRUE(database->execute("PRAGMA user_version = 99").has_value());

  const auto done = migrate(*database, dir.path("day.db"));
  ASSERT_FALSE(done.has_value());
  EXPECT_TRUE(files::is_newer_version(done.error()));
  EXPECT_EQ(sqlite::version_of(*database).value_or(-1), 99);
}

}  // namespace
}  // namespace penstock::store
