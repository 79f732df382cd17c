#include "store/sqlite/check.h"

#include <atomic>
#include <filesystem>
#include <set>
#include <thread>

#include "event/id.h"
#include "files/whole_file.h"
#include "store/sqlite/recent_ids.h"
#include "store/sqlite/store_testing.h"

namespace penstock::store {
namespace {

class CheckTest : public StoreTest {
 protected:
  FilesDone check(bool is_quick = false) {
    auto checked = check_sqlite_store(options_.path, is_quick);
    EXPECT_TRUE(checked.has_value());
    return checked.value_or(FilesDone{});
  }
  // The one fault that there is.
  FileFault fault() {
    const FilesDone checked = check();
    EXPECT_EQ(checked.faults.size(), 1u);
    return checked.faults.empty() ? FileFault{} : checked.faults[0];
  }
  void change(const std::string& path, const char* sql) {
    store_.reset();
    auto database = sqlite::Database::open(path, {});
    ASSERT_TRUE(database.has_value());
    ASSERT_TRUE(database->execute(sql).has_value()) << sql;
    ASSERT_TRUE(database->execute("PRAGMA journal_mode = DELETE").has_value());
  }
  void begin_without(const std::string& path) {
    store_.reset();
    remove_day(path);
    open_store();
  }
  void store_named(std::uint32_t number) {
    event::Row row = row_at(kToday, number);
    row.is_bot = number % 2 == 0;
    row.record.id = event::id_of_client("shop", std::to_string(number), kToday);
    store({row});
  }
  std::string today() const { return day_path(options_.path, kToday); }
};

TEST_F(CheckTest, FindsNothingInAStoreInOrder) {
  EXPECT_EQ(check().files, 0u);
  for (std::uint32_t i = 0; i < 20; ++i) store_named(i);
  store({row_at(kToday - kDay, 1), row_at(kToday - kDay + 7 * kHour, 2)});
  EXPECT_EQ(check().files, 3u);
  EXPECT_TRUE(check().faults.empty());
  store_.reset();
  std::set<std::string> before;
  for (const auto& entry : std::filesystem::directory_iterator(options_.path)) {
    before.insert(entry.path().string());
  }
  EXPECT_TRUE(check(true).faults.empty());
  EXPECT_EQ(check().files, 3u);
  // Nothing was made beside them.
  for (const auto& entry : std::filesystem::directory_iterator(options_.path)) {
    EXPECT_TRUE(before.contains(entry.path().string())) << entry.path();
  }
}

TEST_F(CheckTest, FindsNothingWhileRowsAreStored) {
  store_named(0);
  std::atomic<bool> is_over = false;
  std::thread worker([&] {
    for (std::uint32_t i = 1; !is_over; ++i) store_named(i);
  });
  for (int round = 0; round < 5; ++round) {
    for (const FileFault& found : check().faults) ADD_FAILURE() << found.file << found.what;
  }
  is_over = true;
  worker.join();
}

TEST_F(CheckTest, NamesEachFileThatIsDamaged) {
  std::vector<event::Row> rows;
  for (std::uint32_t i = 0; i < 2'000; ++i) rows.push_back(row_at(kToday, i));
  rows.push_back(row_at(kToday - 5 * kDay, 1));
  store(rows);
  store_.reset();
  damage_rows(kToday);
  const std::string garbage = day_path(options_.path, kToday - kDay);
  ASSERT_TRUE(files::write_whole_file(garbage, "no database", {}).has_value());
  std::filesystem::create_directory(day_path(options_.path, kToday - 2 * kDay));
  const FilesDone checked = check(true);
  EXPECT_GE(checked.files, 1u);
  ASSERT_EQ(checked.faults.size(), 3u);
  EXPECT_EQ(checked.faults[1].file, garbage);
  EXPECT_NE(checked.faults[1].what.find("not a database"), std::string::npos);
  EXPECT_EQ(checked.faults[2].file, today());
  for (const FileFault& found : checked.faults) EXPECT_FALSE(found.remedy.empty());
}

TEST_F(CheckTest, FindsCountsThatDifferFromTheRows) {
  for (const char* sql :
       {"UPDATE counts SET events = events + 1 WHERE step = 3600 AND dimension = 0",
        "DELETE FROM counts WHERE step = 3600 AND dimension = 0",
        "UPDATE counts SET at = at + 86400 WHERE step = 86400 AND dimension = 0",
        "UPDATE counts SET events = events + 1 WHERE step = 3600 AND dimension = 1",
        "DROP TRIGGER note_deleted_rows; DELETE FROM events WHERE rowid = (SELECT max(rowid) FROM "
        "events)"}) {
    begin_without(today());
    static std::uint32_t number = 0;
    for (int i = 0; i < 5; ++i) {
      event::Row row = row_at(kToday, ++number);
      row.is_bot = true;
      store({row});
    }
    EXPECT_TRUE(check().faults.empty());
    change(today(), sql);
    EXPECT_NE(fault().what.find("differ from the rows"), std::string::npos) << sql;
    EXPECT_EQ(fault().file, today());
  }
}

TEST_F(CheckTest, FindsAnIndexThatLacksARow) {
  store({row_at(kToday, 1)});
  change(today(),
         "PRAGMA writable_schema = ON; "
         "CREATE TABLE t (x); CREATE INDEX i ON t (x); INSERT INTO t VALUES (1); "
         "DELETE FROM sqlite_schema WHERE name = 'i'; PRAGMA writable_schema = RESET; "
         "INSERT INTO t VALUES (2)");
  EXPECT_FALSE(fault().what.empty());
}

TEST_F(CheckTest, FindsANewerVersion) {
  store({row_at(kToday, 1)});
  change(today(), "PRAGMA user_version = 99");
  EXPECT_NE(fault().what.find("99"), std::string::npos);
}

// Of version 1, as it lies there until a worker first writes to it.
TEST_F(CheckTest, OlderIdsAreInOrderAndNewerOnesAreNot) {
  change(RecentIds::path_in(options_.path),
         "CREATE TABLE recent (low INTEGER PRIMARY KEY, rest INTEGER NOT NULL);"
         "PRAGMA user_version = 1");
  EXPECT_TRUE(check().faults.empty());
  change(RecentIds::path_in(options_.path), "PRAGMA user_version = 99");
  EXPECT_NE(fault().what.find("schema version 99"), std::string::npos);
  EXPECT_EQ(fault().file, RecentIds::path_in(options_.path));
}

TEST_F(CheckTest, FindsADatabaseOfAnotherProgram) {
  change(today(), "PRAGMA user_version = 0");  // Made, and no more.
  EXPECT_TRUE(check().faults.empty());
  change(today(), "CREATE TABLE events (x)");
  EXPECT_EQ(fault().what, "it is a database of another program");
  change(today(), "PRAGMA user_version = 2");
  EXPECT_FALSE(fault().what.empty());
}

TEST_F(CheckTest, FindsRunsOfIdsThatCannotBeRead) {
  for (const char* sql : {"DELETE FROM blocks", "UPDATE runs SET filter = x'00'",
                          "UPDATE blocks SET keys = x'0011'", "DROP TABLE runs"}) {
    begin_without(RecentIds::path_in(options_.path));
    static std::uint32_t number = 0;
    for (int i = 0; i < 5; ++i) store_named(number++);
    EXPECT_TRUE(check().faults.empty());
    change(RecentIds::path_in(options_.path), sql);
    EXPECT_EQ(fault().file, RecentIds::path_in(options_.path)) << sql;
    EXPECT_NE(fault().remedy.find("makes it anew"), std::string::npos);
  }
}

}  // namespace
}  // namespace penstock::store
