#include "queue/spool/versions.h"

#include <filesystem>

#include <gtest/gtest.h>

#include "base/clock.h"
#include "queue/spool/consumer.h"
#include "queue/spool/cursor.h"
#include "queue/spool/dead_letters.h"
#include "support/temp_dir.h"

namespace penstock::queue {
namespace {

class SpoolVersionsTest : public ::testing::Test {
 protected:
  std::string file(const char* name) const { return dir_.path(name); }
  void run(const char* name, const char* sql) const {
    auto database = sqlite::Database::open(file(name), {});
    ASSERT_TRUE(database && database->execute(sql));
  }
  bool consumer_starts() {
    return SpoolConsumer::make({.path = dir_.path()}, "worker", clock_).has_value();
  }

  testing::TempDir dir_;
  ManualClock clock_{1'795'478'400'000};
  const DeadLetter letter_{"message", "reason", 7, "origin"};
};

TEST_F(SpoolVersionsTest, NewFilesAreOfTheNewestVersion) {
  SpoolCursor(dir_.path(), clock_).save({"a/000001-r0", 3});
  ASSERT_TRUE(DeadLetterFile(dir_.path()).add(letter_));
  const std::vector<files::FileVersion> wanted = {{file("cursor.db"), 1, 1},
                                                  {file("dead.db"), 1, 1}};
  EXPECT_EQ(spool_versions(dir_.path()), wanted);
}

// As they were written before they had numbers; the first cursors knew no claims.
TEST_F(SpoolVersionsTest, FilesWithoutANumberAreGoneOnWith) {
  run("cursor.db",
      "CREATE TABLE cursors(segment TEXT PRIMARY KEY, id INTEGER NOT NULL) WITHOUT ROWID;"
      "INSERT INTO cursors VALUES ('a/000001-r0', 3)");
  run("dead.db",
      "CREATE TABLE letters(id INTEGER PRIMARY KEY AUTOINCREMENT, at_ms INTEGER, origin TEXT, "
      "reason TEXT, message BLOB);"
      "INSERT INTO letters(at_ms, origin, reason, message) VALUES (1, 'o', 'r', 'm')");
  ASSERT_TRUE(consumer_starts());
  SpoolCursor cursor(dir_.path(), clock_);
  EXPECT_EQ(cursor.load("a/000001-r0"), 3);
  cursor.save_claims({{"a/000001-r0", {4, 4, 2}}});
  EXPECT_EQ(cursor.load_claims().at("a/000001-r0").receipts, 2u);
  DeadLetterFile letters(dir_.path());
  EXPECT_EQ(letters.count().value_or(0), 1u);
  ASSERT_TRUE(letters.add(letter_));
  EXPECT_EQ(letters.count().value_or(0), 2u);
  for (const files::FileVersion& version : spool_versions(dir_.path())) {
    EXPECT_EQ(version.version, 1) << version.path;
  }
}

TEST_F(SpoolVersionsTest, NewerFilesAreRefusedAndStayAsTheyAre) {
  for (const char* name : {"cursor.db", "dead.db"}) {
    run(name, "PRAGMA user_version = 12");
    const auto refused = refuse_newer_spool(dir_.path());
    ASSERT_FALSE(refused) << name;
    EXPECT_TRUE(files::is_newer_version(refused.error())) << name;
    EXPECT_FALSE(consumer_starts()) << name;
    // Whoever has it open already does it no harm, either.
    SpoolCursor(dir_.path(), clock_).save({"a/000001-r0", 3});
    EXPECT_EQ(DeadLetterFile(dir_.path()).add(letter_).has_value(),
              std::string_view(name) != "dead.db");
    EXPECT_EQ(sqlite::version_of_file(file(name)), 12) << name;
    std::filesystem::remove(file(name));
    std::filesystem::remove(file(name) + std::string("-wal"));
    std::filesystem::remove(file(name) + std::string("-shm"));
  }
  EXPECT_TRUE(consumer_starts());
}

TEST_F(SpoolVersionsTest, WhatIsNoDatabaseIsTheirOwnToDealWith) {
  std::filesystem::create_directories(file("cursor.db"));
  EXPECT_TRUE(refuse_newer_spool(dir_.path()));
  EXPECT_TRUE(spool_versions(dir_.path()).empty());
}

}  // namespace
}  // namespace penstock::queue
