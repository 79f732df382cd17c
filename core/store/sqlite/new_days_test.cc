#include "store/sqlite/new_days.h"

#include <fstream>

#include "store/sqlite/day_file.h"
#include "store/sqlite/store_testing.h"

namespace penstock::store {
namespace {

TEST(NewDays, AreAsThoseThatAreMadeOneByOne) {
  const testing::TempDir dir;
  const std::vector<std::int64_t> days = {kToday - kDay, kToday};
  ASSERT_TRUE(NewDays(dir.path()).make(days));
  EXPECT_EQ(list_days(dir.path()), days);

  const auto schema_of = [](const std::string& path) {
    auto database = sqlite::Database::open(path, {});
    auto statement = database->prepare(
        "SELECT group_concat(sql) || (SELECT user_version FROM pragma_user_version) FROM "
        "sqlite_schema");
    EXPECT_TRUE(statement->step().value_or(false));
    return std::string(statement->text(0));
  };
  const std::string other = day_path(dir.path(), kToday + kDay);
  ASSERT_TRUE(DayFile::open(other));
  EXPECT_EQ(schema_of(day_path(dir.path(), kToday)), schema_of(other));
}

TEST(NewDays, LeaveWhatIsThere) {
  const testing::TempDir dir;
  std::ofstream(day_path(dir.path(), kToday)) << "not ours";
  const std::vector<std::int64_t> days = {kToday, kToday + kDay};
  ASSERT_TRUE(NewDays(dir.path()).make(days));
  EXPECT_EQ(std::filesystem::file_size(day_path(dir.path(), kToday)), 8u);
  EXPECT_EQ(list_days(dir.path()), days);
}

// A journal of a file that was removed must not be played into the one that is made.
TEST(NewDays, StartWithoutAJournalOfAnOldFile) {
  const testing::TempDir dir;
  std::ofstream(day_path(dir.path(), kToday) + "-wal") << "not a journal of ours";
  ASSERT_TRUE(NewDays(dir.path()).make({{kToday}}));
  EXPECT_FALSE(std::filesystem::exists(day_path(dir.path(), kToday) + "-wal"));
}

TEST(NewDays, LeaveNoDraftsWhereTheyCannotBeMade) {
  const testing::TempDir dir;
  std::filesystem::create_directory(draft_path(day_path(dir.path(), kToday)));
  const auto made = NewDays(dir.path()).make({{kToday - kDay, kToday}});
  ASSERT_FALSE(made);
  EXPECT_EQ(list_days(dir.path()), std::vector<std::int64_t>());
  EXPECT_FALSE(std::filesystem::exists(draft_path(day_path(dir.path(), kToday - kDay))));
}

}  // namespace
}  // namespace penstock::store
