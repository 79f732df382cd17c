#include "store/sqlite/copy.h"

#include <atomic>
#include <filesystem>
#include <set>
#include <thread>

#include "event/id.h"
#include "files/whole_file.h"
#include "store/sqlite/store_testing.h"

namespace penstock::store {
namespace {

class CopyTest : public StoreTest {
 protected:
  StoreCopy copy(const std::string& name = "copy") {
    auto copied = copy_sqlite_store(options_.path, dir_.path(name));
    EXPECT_TRUE(copied.has_value()) << to_text(copied.error());
    return copied.value_or(StoreCopy{});
  }
  std::set<std::string> names(const std::string& name = "copy") {
    std::set<std::string> found;
    for (const auto& entry : std::filesystem::directory_iterator(dir_.path(name))) {
      found.insert(entry.path().filename().string());
    }
    return found;
  }
  // The whole row ids of a day, as they are in the folder.
  std::int64_t fingerprint(const std::string& folder, std::int64_t day_ms) {
    auto database =
        sqlite::Database::open(day_path(folder, day_ms), {.access = sqlite::Access::kReadOnly});
    if (!database) return -1;
    auto sum = database->prepare("SELECT sum(rowid) FROM events");
    return sum && sum->step().value_or(false) ? sum->integer(0) : -1;
  }
};

TEST_F(CopyTest, HoldsEveryDayWhileTheWorkerHasThemOpen) {
  store({row_at(kToday, 1), row_at(kToday, 2), row_at(kToday - kDay, 3)});
  const StoreCopy copied = copy();
  EXPECT_TRUE(copied.left_out.empty());
  ASSERT_EQ(copied.files.size(), 2u + (names().contains("recent.db") ? 1u : 0u));
  for (const CopiedFile& file : copied.files) {
    EXPECT_EQ(file.bytes, std::filesystem::file_size(dir_.path("copy/" + file.name)));
  }
  // Each stands alone: nothing lies beside it.
  EXPECT_EQ(names().size(), copied.files.size());
  EXPECT_EQ(fingerprint(dir_.path("copy"), kToday), fingerprint(options_.path, kToday));

  auto reader = open_sqlite_queries(dir_.path("copy"));
  EXPECT_EQ((*reader)->summary({kToday - kDay, kToday + kDay}, {})->events, 3u);
}

TEST_F(CopyTest, KnowsOfNoIdThatIsNotInIt) {
  event::Row row = row_at(kToday, 1);
  row.record.id = event::id_of_client("shop", "1", kToday);
  store({row});
  const StoreCopy copied = copy();
  ASSERT_EQ(copied.files.size(), 2u);
  EXPECT_EQ(copied.files.front().name, "recent.db");  // Before the days.
}

TEST_F(CopyTest, HoldsDaysAtRestAndMakesNothingBesideThem) {
  store({row_at(kToday, 1)});
  store_.reset();
  const auto before = names("state/events");
  EXPECT_TRUE(copy().left_out.empty());
  EXPECT_EQ(names("state/events"), before);
  EXPECT_EQ(fingerprint(dir_.path("copy"), kToday), fingerprint(options_.path, kToday));
}

TEST_F(CopyTest, IsWholeWhileRowsAreStored) {
  store({row_at(kToday, 1)});
  std::atomic<bool> is_over = false;
  std::thread worker([&] {
    for (std::uint32_t i = 2; !is_over || i < 50; ++i)
      store({row_at(kToday, i), row_at(kToday - kDay, i)});
  });
  for (int round = 0; round < 5; ++round) {
    const std::string name = "copy" + std::to_string(round);
    EXPECT_TRUE(copy(name).left_out.empty());
    auto database = sqlite::Database::open(day_path(dir_.path(name), kToday),
                                           {.access = sqlite::Access::kReadOnly});
    ASSERT_TRUE(database.has_value());
    auto differs = database->prepare(
        "SELECT (SELECT count(*) FROM events) - (SELECT sum(events) FROM counts "
        "WHERE step = 3600 AND dimension = 0)");
    ASSERT_TRUE(differs->step().value_or(false));
    EXPECT_EQ(differs->integer(0), 0);
  }
  is_over = true;
  worker.join();
}

TEST_F(CopyTest, LeavesOutWhatIsDamagedAndNamesIt) {
  std::vector<event::Row> rows;
  for (std::uint32_t i = 0; i < 2'000; ++i) rows.push_back(row_at(kToday, i));
  rows.push_back(row_at(kToday - kDay, 1));
  rows.push_back(row_at(kToday - 2 * kDay, 1));
  store(rows);
  store_.reset();
  damage_rows(kToday);
  ASSERT_TRUE(files::write_whole_file(day_path(options_.path, kToday - 2 * kDay), "no database",
                                      {.mode = 0640})
                  .has_value());
  std::filesystem::create_directory(day_path(options_.path, kToday - 3 * kDay));
  std::filesystem::create_symlink(day_path(options_.path, kToday - kDay),
                                  day_path(options_.path, kToday - 4 * kDay));

  const StoreCopy copied = copy();
  ASSERT_EQ(copied.left_out.size(), 4u);
  EXPECT_EQ(copied.left_out[3].file, day_path(options_.path, kToday));
  for (const FileFault& fault : copied.left_out) {
    EXPECT_FALSE(fault.what.empty());
    EXPECT_FALSE(fault.remedy.empty());
  }
  auto there = names();
  there.erase("recent.db");
  EXPECT_EQ(there, std::set<std::string>{
                       std::filesystem::path(day_path("", kToday - kDay)).filename().string()});
}

TEST_F(CopyTest, LeavesOutADayOfANewerVersion) {
  store({row_at(kToday, 1)});
  store_.reset();
  {
    auto database = sqlite::Database::open(day_path(options_.path, kToday), {});
    ASSERT_TRUE(database->execute("PRAGMA user_version = 99").has_value());
  }
  const StoreCopy copied = copy();
  ASSERT_EQ(copied.left_out.size(), 1u);
  EXPECT_NE(copied.left_out[0].what.find("99"), std::string::npos);
}

TEST_F(CopyTest, OfNoStoreIsAnEmptyFolder) {
  auto copied = copy_sqlite_store(dir_.path("none"), dir_.path("copy"));
  ASSERT_TRUE(copied.has_value());
  EXPECT_TRUE(copied->files.empty());
  EXPECT_TRUE(names().empty());
}

}  // namespace
}  // namespace penstock::store
