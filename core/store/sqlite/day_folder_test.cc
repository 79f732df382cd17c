#include "store/sqlite/day_folder.h"

#include <chrono>
#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

#include "support/temp_dir.h"

namespace penstock::store {
namespace {

constexpr std::int64_t kDay = 1'763'942'400'000;  // 2025-11-24

void write_file(const std::string& path, std::string_view text = "x") {
  std::ofstream(path) << text;
}

TEST(DayFolder, NamesAFileByItsDay) {
  EXPECT_EQ(day_path("/data", kDay), "/data/2025-11-24.db");
  EXPECT_EQ(day_of_name("2025-11-24.db"), kDay);
}

TEST(DayFolder, KnowsNoOtherNames) {
  for (const char* name : {"2025-11-24.db-wal", "2025-11-31.db", "2025-11-24", "x2025-11-24.db",
                           "2025-1-24.dbx", "writer.lock", "", "2025-11-2a.db"}) {
    EXPECT_FALSE(day_of_name(name).has_value()) << name;
  }
}

TEST(DayFolder, ListsDaysInOrderAndNothingElse) {
  const testing::TempDir dir;
  for (const char* name : {"2025-11-25.db", "2025-11-24.db", "2025-11-24.db-wal", "notes.txt"}) {
    write_file(dir.path(name));
  }

  EXPECT_EQ(list_days(dir.path()), (std::vector<std::int64_t>{kDay, kDay + 86'400'000}));
}

TEST(DayFolder, AbsentFolderHasNoDays) {
  const testing::TempDir dir;
  EXPECT_TRUE(list_days(dir.path("none")).empty());
}

TEST(DayFolder, RemovesAFileWithItsJournal) {
  const testing::TempDir dir;
  const std::string path = dir.path("2025-11-24.db");
  for (const char* suffix : {"", "-wal", "-shm"}) write_file(path + suffix);

  EXPECT_TRUE(remove_day(path));
  for (const char* suffix : {"", "-wal", "-shm"}) EXPECT_FALSE(mark_of(path + suffix).has_value());
}

TEST(DayFolder, LeavesWhatCannotBeRemovedAsItWas) {
  const testing::TempDir dir;
  const std::string path = dir.path("2025-11-24.db");
  ASSERT_TRUE(std::filesystem::create_directory(path));
  EXPECT_FALSE(remove_day(path));
  EXPECT_TRUE(std::filesystem::is_directory(path));
}

// A process that died while it removed a day has left its files, the day's own under another name.
TEST(DayFolder, EndsRemovalsThatWereCutOff) {
  const testing::TempDir dir;
  const std::string gone = dir.path("2025-11-24.db");
  const std::string made_anew = dir.path("2025-11-25.db");
  for (const char* suffix : {".removed", "-wal", "-shm"}) write_file(gone + suffix);
  for (const char* suffix : {".removed", "", "-wal"}) write_file(made_anew + suffix);
  write_file(dir.path("mine.removed"));

  remove_drafts(dir.path());
  for (const char* suffix : {".removed", "-wal", "-shm"}) EXPECT_FALSE(mark_of(gone + suffix));
  EXPECT_FALSE(mark_of(made_anew + ".removed"));
  EXPECT_TRUE(mark_of(made_anew) && mark_of(made_anew + "-wal"));
  EXPECT_TRUE(mark_of(dir.path("mine.removed")));
}

// As if it had been written an hour ago.
void settle(const std::string& path) {
  namespace fs = std::filesystem;
  fs::last_write_time(path, fs::file_time_type::clock::now() - std::chrono::hours(1));
}

TEST(DayFolder, StampsWhatItsFilesAre) {
  const testing::TempDir dir;
  const std::string path = dir.path("2025-11-24.db");
  const std::vector<std::int64_t> days{kDay};
  write_file(path);
  settle(path);
  std::uint64_t before = stamp_of(dir.path(), days);
  EXPECT_EQ(stamp_of(dir.path(), days), before);
  write_file(path + "-wal", "");
  EXPECT_EQ(stamp_of(dir.path(), days), before) << "an empty journal says nothing";

  const auto expect_another = [&](const char* what) {
    const std::uint64_t now = stamp_of(dir.path(), days);
    EXPECT_NE(now, before) << what;
    EXPECT_EQ(stamp_of(dir.path(), days), now) << what;
    before = now;
  };
  write_file(path + "-wal");
  settle(path + "-wal");
  expect_another("a journal");
  std::filesystem::permissions(path, std::filesystem::perms::none);
  expect_another("other rights");
  std::filesystem::remove(path + "-wal");
  expect_another("no journal");
  std::filesystem::remove(path);
  expect_another("no file");
  EXPECT_NE(stamp_of(dir.path(), {}), before) << "no day";
}

TEST(DayFolder, StampsWhatWasJustWrittenAnewEachTime) {
  const testing::TempDir dir;
  const std::string path = dir.path("2025-11-24.db");
  const std::vector<std::int64_t> days{kDay};
  write_file(path);
  namespace fs = std::filesystem;
  fs::last_write_time(path, fs::file_time_type::clock::now() + std::chrono::hours(1));
  const std::uint64_t before = stamp_of(dir.path(), days);
  EXPECT_NE(stamp_of(dir.path(), days), before);
  settle(path);
  write_file(path + "-wal");
  fs::last_write_time(path + "-wal", fs::file_time_type::clock::now() + std::chrono::hours(1));
  EXPECT_NE(stamp_of(dir.path(), days), stamp_of(dir.path(), days));
}

TEST(DayFolder, TellsAReplacedFileFromTheOldOne) {
  const testing::TempDir dir;
  const std::string path = dir.path("a");
  write_file(path);
  const auto first = mark_of(path);
  write_file(dir.path("b"));
  std::filesystem::rename(dir.path("b"), path);

  ASSERT_TRUE(first.has_value());
  EXPECT_NE(mark_of(path), first);
}

TEST(DayFolder, CountsBytesWithTheJournal) {
  const testing::TempDir dir;
  const std::string path = dir.path("2025-11-24.db");
  write_file(path, "12345");
  write_file(path + "-wal", "123");

  EXPECT_EQ(day_bytes(path), 8u);
  EXPECT_GT(changed_at_ns(path), 0);
  EXPECT_EQ(changed_at_ns(dir.path("none")), 0);
}

TEST(DayFolder, RefusesTimesWithoutAFourDigitYear) {
  EXPECT_TRUE(is_storable_time(0));
  EXPECT_TRUE(is_storable_time(kDay));
  EXPECT_FALSE(is_storable_time(-1));
  EXPECT_FALSE(is_storable_time(253'402'300'800'000));
}

}  // namespace
}  // namespace penstock::store
