#include "sqlite/gathered_log.h"

#include <csignal>
#include <filesystem>

#include <gtest/gtest.h>
#include <sqlite3.h>
#include <sys/resource.h>

#include "sqlite/sqlite.h"
#include "support/power_cut.h"
#include "support/temp_dir.h"

namespace penstock::sqlite {
namespace {

using testing::TempDir;

constexpr Database::Options kGathered{.has_checkpoints = false, .gathers_log = true};

Database open_or_die(const std::string& path, const Database::Options& options) {
  auto database = Database::open(path, options);
  EXPECT_TRUE(database) << (database ? "" : to_text(database.error()));
  return std::move(*database);
}

Database made(const std::string& path, Database::Options options = kGathered) {
  Database database = open_or_die(path, options);
  EXPECT_TRUE(database.execute("CREATE TABLE t(x BLOB)"));
  return database;
}

Result<void> insert(Database& database, const std::string& blob) {
  auto statement = database.prepare("INSERT INTO t VALUES(?)");
  if (!statement) return fail(statement.error());
  return statement->bind_blob(1, blob).run();
}

std::string all_of(Database& database) {
  auto statement = database.prepare("SELECT x FROM t ORDER BY rowid");
  EXPECT_TRUE(statement);
  std::string all;
  while (*statement->step()) all += statement->blob(0);
  return all;
}

std::string check_of(Database& database) {
  auto statement = database.prepare("PRAGMA integrity_check");
  EXPECT_TRUE(statement->step().value());
  return std::string(statement->text(0));
}

TEST(GatheredLog, ShowsOthersEachCommitWhole) {
  TempDir dir;
  Database writer = made(dir.path("a.db"));
  Database reader = open_or_die(dir.path("a.db"), {.access = Access::kReadOnly});
  std::string all;
  // From less than a page to several pieces.
  for (const std::size_t bytes : {10u, 5'000u, 130'000u, 1'000'000u, 3u, 4'000'000u}) {
    const std::string blob(bytes, static_cast<char>('a' + bytes % 7));
    ASSERT_TRUE(insert(writer, blob));
    all += blob;
    EXPECT_TRUE(all_of(reader) == all) << bytes;
  }
  EXPECT_EQ(check_of(reader), "ok");
}

TEST(GatheredLog, AsksTheKernelOnceAPieceInsteadOfTwiceAPage) {
  TempDir dir;
  const auto calls_of = [&](const std::string& name, bool gathers) {
    const testing::PowerCutDisk disk(dir.path(""));
    Database writer = made(dir.path(name), {.has_checkpoints = false, .gathers_log = gathers});
    const std::uint64_t before = disk.calls();
    EXPECT_TRUE(insert(writer, std::string(1'000'000, 'x')));
    return disk.calls() - before;
  };
  EXPECT_GT(calls_of("plain.db", false), 480u);
  EXPECT_LE(calls_of("gathered.db", true), 10u);
}

// With pages larger than the rest of a piece, and in an order of the table's own.
TEST(GatheredLog, KeepsWhatIsWrittenInAnyOrder) {
  TempDir dir;
  Database writer = made(dir.path("a.db"));
  for (int i = 0; i < 60; ++i) ASSERT_TRUE(insert(writer, std::string(30'000, 'x')));
  ASSERT_TRUE(writer.execute("UPDATE t SET x = zeroblob(20000) WHERE rowid % 3 = 0"));
  ASSERT_TRUE(writer.execute("DELETE FROM t WHERE rowid % 5 = 0"));
  {
    auto given_up = Transaction::begin(writer);
    ASSERT_TRUE(given_up);
    ASSERT_TRUE(insert(writer, std::string(3'000'000, 'y')));
  }
  ASSERT_TRUE(insert(writer, "last"));

  Database reader = open_or_die(dir.path("a.db"), {.access = Access::kReadOnly});
  EXPECT_EQ(check_of(reader), "ok");
  EXPECT_TRUE(all_of(reader) == all_of(writer));
}

// Read back by the writer itself, whose cache has dropped it.
TEST(GatheredLog, ReadsWhatItHasNotWrittenOut) {
  TempDir dir;
  Database writer = made(dir.path("a.db"), {.cache_kib = 64, .gathers_log = true});
  ASSERT_TRUE(writer.execute("PRAGMA cache_spill=1"));
  auto transaction = Transaction::begin(writer);
  ASSERT_TRUE(transaction);
  std::string all;
  for (int i = 0; i < 40; ++i) {
    const std::string blob(10'000, static_cast<char>('a' + i % 26));
    ASSERT_TRUE(insert(writer, blob));
    all += blob;
    ASSERT_TRUE(all_of(writer) == all);
  }
  ASSERT_TRUE(transaction->commit());
  Database reader = open_or_die(dir.path("a.db"), {.access = Access::kReadOnly});
  EXPECT_TRUE(all_of(reader) == all);
}

TEST(GatheredLog, FailsForGoodOnceAPieceCouldNotBeWritten) {
  TempDir dir;
  Database writer = made(dir.path("a.db"));
  ASSERT_TRUE(insert(writer, "kept"));

  std::signal(SIGXFSZ, SIG_IGN);
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
  const rlimit small{std::filesystem::file_size(dir.path("a.db-wal")) + 50'000, before.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &small), 0);
  const auto failed = insert(writer, std::string(1'000'000, 'x'));
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &before), 0);

  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().code, ErrorCode::kExhausted);
  EXPECT_FALSE(insert(writer, "after"));
  Database reader = open_or_die(dir.path("a.db"), {.access = Access::kReadOnly});
  EXPECT_EQ(all_of(reader), "kept");
}

TEST(GatheredLog, NeedsALog) {
  sqlite3* raw = nullptr;
  ASSERT_EQ(sqlite3_open(":memory:", &raw), SQLITE_OK);
  EXPECT_FALSE(gather_log(raw));
  sqlite3_close(raw);
}

}  // namespace
}  // namespace penstock::sqlite
