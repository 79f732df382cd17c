#include "sqlite/versions.h"

#include <array>
#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "support/temp_dir.h"

namespace penstock::sqlite {
namespace {

constexpr std::array<const char*, 2> kOld = {"CREATE TABLE t(a); PRAGMA user_version = 1",
                                             "ALTER TABLE t ADD COLUMN b; PRAGMA user_version = 2"};
constexpr std::array<const char*, 3> kNew = {
    kOld[0], kOld[1], "ALTER TABLE t ADD COLUMN c; UPDATE t SET c = 7; PRAGMA user_version = 3"};
constexpr std::array<const char*, 3> kFaulty = {
    kOld[0], kOld[1], "UPDATE t SET a = 0; PRAGMA user_version = 3; SELECT nothing FROM nowhere"};

class VersionsTest : public ::testing::Test {
 protected:
  std::string path() const { return dir_.path("x.db"); }
  std::string copy() const { return dir_.path("x.db.version-2"); }

  // A file of version 2 with a row, its last commit in the journal alone.
  Database old_file() {
    Database database = *Database::open(path(), {});
    EXPECT_TRUE(bring_up(database, path(), {.opening = "open x.db", .sql = kOld}));
    EXPECT_TRUE(database.execute("INSERT INTO t VALUES (1, 2)"));
    return database;
  }
  static Result<void> bring(Database& database, const std::string& path,
                            std::span<const char* const> steps) {
    return bring_up(database, path, {.opening = "open x.db", .sql = steps});
  }
  static std::int64_t number(const std::string& path, const char* sql) {
    auto database = Database::open(path, {.access = Access::kReadOnly});
    auto statement = database->prepare(sql);
    return statement && statement->step().value_or(false) ? statement->integer(0) : -1;
  }

  testing::TempDir dir_;
};

TEST_F(VersionsTest, ANewFileTakesAllStepsAndNeedsNoCopy) {
  old_file();
  EXPECT_EQ(version_of_file(path()), 2);
  EXPECT_FALSE(std::filesystem::exists(dir_.path("x.db.version-0")));
  EXPECT_FALSE(std::filesystem::exists(dir_.path("x.db.version-1")));
}

TEST_F(VersionsTest, AnOlderFileIsCopiedWithItsJournalAndThenChanged) {
  Database database = old_file();
  std::filesystem::permissions(path(), std::filesystem::perms(0604));
  for (const char* suffix : {".partial", ".partial-journal"}) {
    std::ofstream(copy() + suffix) << "of a process that was killed";
  }

  ASSERT_TRUE(bring(database, path(), kNew));

  EXPECT_EQ(number(path(), "SELECT c FROM t"), 7);
  EXPECT_EQ(number(copy(), "SELECT a FROM t"), 1);
  EXPECT_EQ(number(copy(), "PRAGMA user_version"), 2);
  EXPECT_EQ(number(copy(), "SELECT c FROM t"), -1);
  struct stat found {};
  ASSERT_EQ(stat(copy().c_str(), &found), 0);
  EXPECT_EQ(found.st_mode & 07777, 0604u);
  for (const char* suffix : {".partial", ".partial-journal", "-wal", "-journal"}) {
    EXPECT_FALSE(std::filesystem::exists(copy() + suffix)) << suffix;
  }
}

TEST_F(VersionsTest, AnotherMigrationReplacesTheCopy) {
  Database database = old_file();
  ASSERT_TRUE(bring(database, path(), kNew));
  // Taken back, used, and upgraded again.
  ASSERT_TRUE(
      database.execute("ALTER TABLE t DROP COLUMN c; UPDATE t SET a = 9;"
                       "PRAGMA user_version = 2"));
  ASSERT_TRUE(bring(database, path(), kNew));
  EXPECT_EQ(number(copy(), "SELECT a FROM t"), 9);
}

TEST_F(VersionsTest, WithoutACopyWhereNoneIsWanted) {
  Database database = old_file();
  ASSERT_TRUE(bring_up(database, path(), {.opening = "open x.db", .sql = kNew}, false));
  EXPECT_EQ(version_of_file(path()), 3);
  EXPECT_FALSE(std::filesystem::exists(copy()));
}

TEST_F(VersionsTest, AFailingStepLeavesTheVersionBefore) {
  Database database = old_file();
  EXPECT_FALSE(bring(database, path(), kFaulty));
  EXPECT_EQ(version_of_file(path()), 2);
  EXPECT_EQ(number(path(), "SELECT a FROM t"), 1);
  EXPECT_TRUE(bring(database, path(), kNew));
}

TEST_F(VersionsTest, WithoutRoomForTheCopyNothingChanges) {
  Database database = old_file();
  // What cannot be copied: its draft's name is taken by a folder that is not empty.
  std::filesystem::create_directories(copy() + ".partial/x");
  EXPECT_FALSE(bring(database, path(), kNew));
  EXPECT_EQ(version_of_file(path()), 2);
  EXPECT_FALSE(std::filesystem::exists(copy()));
  std::filesystem::remove_all(copy() + ".partial");
  EXPECT_TRUE(bring(database, path(), kNew));
}

TEST_F(VersionsTest, ANewerFileIsRefusedInWordsAndStaysAsItIs) {
  Database database = old_file();
  ASSERT_TRUE(database.execute("PRAGMA user_version = 12"));
  for (const auto& refused : {bring(database, path(), kNew), refuse_newer(path(), 3)}) {
    ASSERT_FALSE(refused);
    EXPECT_TRUE(files::is_newer_version(refused.error()));
    const std::string text = to_text(refused.error());
    EXPECT_NE(text.find("open x.db: a newer version"), std::string::npos) << text;
    EXPECT_NE(text.find("12; this one knows 3"), std::string::npos) << text;
  }
  EXPECT_EQ(version_of_file(path()), 12);
  EXPECT_FALSE(std::filesystem::exists(dir_.path("x.db.version-12")));
}

TEST_F(VersionsTest, WhatIsNoDatabaseHasNoVersion) {
  EXPECT_EQ(version_of_file(path()), std::nullopt);
  std::ofstream(path()) << "no database, but long enough to be one";
  EXPECT_EQ(version_of_file(path()), std::nullopt);
  EXPECT_TRUE(refuse_newer(path(), 1));
  EXPECT_EQ(mkfifo(dir_.path("fifo").c_str(), 0600), 0);
  EXPECT_EQ(version_of_file(dir_.path("fifo")), std::nullopt);
}

TEST(Copies, AreToldByTheirNames) {
  EXPECT_EQ(original_of("a/2026-11-24.db.version-1"), "a/2026-11-24.db");
  EXPECT_EQ(original_of("x.db.version-12.partial"), "x.db");
  EXPECT_EQ(original_of("x.db.version-12.partial-journal"), "x.db");
  for (const char* other : {"x.db", "x.db.version-", "x.db.version-1a", ".version-1", "x.partial",
                            "x.db.version-1.partial.partial", "x.db.version-1-wal"}) {
    EXPECT_EQ(original_of(other), std::nullopt) << other;
  }
}

}  // namespace
}  // namespace penstock::sqlite
