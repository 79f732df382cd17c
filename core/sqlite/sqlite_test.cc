#include "sqlite/sqlite.h"

#include <filesystem>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>
#include <sqlite3.h>
#include <sys/stat.h>

#include "support/temp_dir.h"

namespace penstock::sqlite {
namespace {

using testing::TempDir;

Database open_or_die(const std::string& path, const Database::Options& options = {}) {
  auto database = Database::open(path, options);
  EXPECT_TRUE(database.has_value()) << (database ? "" : to_text(database.error()));
  return std::move(*database);
}

std::int64_t count_rows(Database& database) {
  auto statement = database.prepare("SELECT count(*) FROM t");
  EXPECT_TRUE(statement.has_value());
  EXPECT_TRUE(statement->step().value());
  return statement->integer(0);
}

std::string pragma(Database& database, const char* sql) {
  auto statement = database.prepare(sql);
  EXPECT_TRUE(statement->step().value());
  return std::string(statement->text(0));
}

TEST(Database, AFileKeepsThePagesThatItWasMadeWith) {
  TempDir dir;
  for (const std::int64_t page_bytes : {16'384, 512}) {
    Database database = open_or_die(dir.path("a.db"), {.page_bytes = page_bytes});
    ASSERT_TRUE(database.execute("CREATE TABLE IF NOT EXISTS t (a)").has_value());
    EXPECT_EQ(database.page_bytes().value(), 16'384);
  }
}

TEST(Database, OpensInWalModeWithoutMappingTheFile) {
  TempDir dir;

  Database database = open_or_die(dir.path("a.db"), {.sync = Sync::kFull, .busy_timeout_ms = 1234});

  EXPECT_EQ(pragma(database, "PRAGMA journal_mode"), "wal");
  EXPECT_EQ(pragma(database, "PRAGMA synchronous"), "2");
  EXPECT_EQ(pragma(database, "PRAGMA busy_timeout"), "1234");
  EXPECT_EQ(pragma(database, "PRAGMA mmap_size"), "0");
}

// SQLite's busy handler is not asked where a connection changes the journal.
TEST(Database, SeveralOpenANewFileAtTheSameMoment) {
  TempDir dir;
  for (int round = 0; round < 20; ++round) {
    const std::string path = dir.path(std::to_string(round) + ".db");
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i) {
      threads.emplace_back([&path] {
        auto database = Database::open(path, {.busy_timeout_ms = 10'000});
        ASSERT_TRUE(database.has_value()) << to_text(database.error());
        EXPECT_EQ(pragma(*database, "PRAGMA journal_mode"), "wal");
        EXPECT_TRUE(database->execute("CREATE TABLE IF NOT EXISTS t (a)").has_value());
      });
    }
    for (std::thread& thread : threads) thread.join();
  }
}

TEST(Database, CreatesFilesThatOthersCannotRead) {
  TempDir dir;
  const mode_t before = umask(022);

  Database database = open_or_die(dir.path("a.db"));
  ASSERT_TRUE(database.execute("CREATE TABLE t(a)"));

  umask(before);
  for (const char* name : {"a.db", "a.db-wal", "a.db-shm"}) {
    struct stat info {};
    ASSERT_EQ(stat(dir.path(name).c_str(), &info), 0) << name;
    EXPECT_EQ(info.st_mode & 0777, 0640U) << name;
  }
}

TEST(Database, NamesConfigurationWhereItCannotOpen) {
  TempDir dir;

  auto in_no_folder = Database::open(dir.path("none/a.db"), {});
  auto reader_of_nothing = Database::open(dir.path("a.db"), {.access = Access::kReadOnly});

  ASSERT_FALSE(in_no_folder);
  EXPECT_EQ(in_no_folder.error().code, ErrorCode::kConfiguration);
  ASSERT_FALSE(reader_of_nothing);
  EXPECT_EQ(reader_of_nothing.error().code, ErrorCode::kConfiguration);
  EXPECT_FALSE(std::filesystem::exists(dir.path("a.db")));
}

TEST(Database, RefusesToWriteWhereOpenedReadOnly) {
  TempDir dir;
  Database writer = open_or_die(dir.path("a.db"));
  ASSERT_TRUE(writer.execute("CREATE TABLE t(a); INSERT INTO t VALUES(1)"));
  Database reader = open_or_die(dir.path("a.db"), {.access = Access::kReadOnly});

  auto written = reader.execute("INSERT INTO t VALUES(2)");

  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().code, ErrorCode::kConfiguration);
  EXPECT_EQ(written.error().native & 0xff, SQLITE_READONLY);
  EXPECT_EQ(count_rows(reader), 1);
}

// A tool that looks into a folder must leave it as it was; also where it may not write there.
TEST(Database, IsReadWithoutATraceWhereNobodyHasItOpen) {
  TempDir dir;
  for (const std::string& path : {dir.path("a.db"), dir.path("what?.db"), dir.path("100%#25.db"),
                                  "/" + dir.path("slashes.db")}) {
    { ASSERT_TRUE(open_or_die(path).execute("CREATE TABLE t(a); INSERT INTO t VALUES(1)")); }
    const Database::Options options{.access = Access::kReadOnly, .is_glance = true};
    {
      Database reader = open_or_die(path, options);
      EXPECT_EQ(count_rows(reader), 1);
    }
    EXPECT_FALSE(std::filesystem::exists(path + "-wal"));
    EXPECT_FALSE(std::filesystem::exists(path + "-shm"));

    // What a writer has not yet moved out of its journal is seen.
    Database writer = open_or_die(path);
    ASSERT_TRUE(writer.execute("INSERT INTO t VALUES(2)"));
    Database reader = open_or_die(path, options);
    EXPECT_EQ(count_rows(reader), 2);
  }
  EXPECT_FALSE(Database::open(dir.path("none"), {.access = Access::kReadOnly, .is_glance = true}));
  EXPECT_FALSE(std::filesystem::exists(dir.path("none")));
}

// Checkpoints are the writer's alone: a reader that is the last to close must leave the WAL.
TEST(Database, GoesToItsJournalAndBackWithWhatIsInIt) {
  const testing::TempDir dir;
  const std::string path = dir.path("a.db");
  {
    auto database = Database::open(path, {});
    ASSERT_TRUE(database->execute("CREATE TABLE t (n); INSERT INTO t VALUES (7)"));
    EXPECT_TRUE(database->leave_wal());
    EXPECT_FALSE(std::filesystem::exists(path + "-wal"));
  }
  auto database = Database::open(path, {.sync = Sync::kOff, .has_checkpoints = false});
  EXPECT_EQ(pragma(*database, "PRAGMA journal_mode"), "wal");
  ASSERT_TRUE(database->execute("INSERT INTO t VALUES (8)"));
  EXPECT_TRUE(database->sync_journal());
  EXPECT_EQ(pragma(*database, "SELECT sum(n) FROM t"), "15");

  const auto reader = Database::open(path, {.access = Access::kReadOnly});
  ASSERT_TRUE(reader);
  EXPECT_FALSE(database->leave_wal());  // Nothing is lost for it: the file stays in WAL mode.
  EXPECT_EQ(pragma(*database, "PRAGMA journal_mode"), "wal");
  EXPECT_EQ(pragma(*database, "SELECT sum(n) FROM t"), "15");
}

TEST(Database, InMemoryBecomesTheBytesOfAFile) {
  auto database = Database::open(":memory:", {});
  ASSERT_TRUE(database->execute("CREATE TABLE t (n); INSERT INTO t VALUES (7)"));
  const auto bytes = database->to_bytes();
  ASSERT_TRUE(bytes);
  const testing::TempDir dir;
  std::ofstream(dir.path("a.db"), std::ios::binary) << *bytes;
  auto file = Database::open(dir.path("a.db"), {});
  ASSERT_TRUE(file);
  EXPECT_EQ(pragma(*file, "SELECT n FROM t"), "7");
}

TEST(Database, ReaderLeavesTheJournalWhenItClosesLast) {
  TempDir dir;
  {
    auto writer = std::make_unique<Database>(open_or_die(dir.path("a.db")));
    ASSERT_TRUE(writer->execute("CREATE TABLE t(a); INSERT INTO t VALUES(1)"));
    Database reader = open_or_die(dir.path("a.db"), {.access = Access::kReadOnly});
    sqlite3_db_config(writer->handle(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
    writer.reset();
    EXPECT_EQ(count_rows(reader), 1);
  }
  EXPECT_GT(std::filesystem::file_size(dir.path("a.db-wal")), 0U);
}

TEST(Database, KeepsEverythingInTheJournalWithoutCheckpoints) {
  TempDir dir;
  {
    Database writer = open_or_die(dir.path("a.db"), {.has_checkpoints = false});
    ASSERT_TRUE(writer.execute("CREATE TABLE t(a); INSERT INTO t VALUES(zeroblob(8000000))"));
    ASSERT_TRUE(writer.execute("INSERT INTO t VALUES(1)"));
  }

  EXPECT_GT(std::filesystem::file_size(dir.path("a.db-wal")), 8'000'000U);
  EXPECT_LT(std::filesystem::file_size(dir.path("a.db")), 100'000U);
  Database reader = open_or_die(dir.path("a.db"), {.access = Access::kReadOnly});
  EXPECT_EQ(count_rows(reader), 2);
}

TEST(Database, NeedsNoIndexFileWhenAlone) {
  TempDir dir;
  {
    Database writer = open_or_die(dir.path("a.db"), {.has_checkpoints = false});
    ASSERT_TRUE(writer.execute("CREATE TABLE t(a); INSERT INTO t VALUES(1)"));
  }
  std::filesystem::remove(dir.path("a.db-shm"));

  Database alone = open_or_die(dir.path("a.db"), {.has_checkpoints = false, .is_alone = true});

  EXPECT_EQ(count_rows(alone), 1);
  EXPECT_FALSE(std::filesystem::exists(dir.path("a.db-shm")));
}

TEST(Database, ReportsAFullDatabaseAsExhausted) {
  TempDir dir;
  Database database = open_or_die(dir.path("a.db"));
  ASSERT_TRUE(database.execute("CREATE TABLE t(a); PRAGMA max_page_count=8"));

  auto filled = database.execute("INSERT INTO t VALUES(zeroblob(1000000))");

  ASSERT_FALSE(filled);
  EXPECT_EQ(filled.error().code, ErrorCode::kExhausted);
  EXPECT_EQ(filled.error().native, SQLITE_FULL);
  EXPECT_EQ(count_rows(database), 0);
}

TEST(Database, ReportsALockedDatabaseAsOverloadedAfterItsTimeout) {
  TempDir dir;
  Database holder = open_or_die(dir.path("a.db"));
  Database other = open_or_die(dir.path("a.db"), {.busy_timeout_ms = 10});
  auto held = Transaction::begin(holder);
  ASSERT_TRUE(held);

  auto refused = Transaction::begin(other);

  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kOverloaded);
  ASSERT_TRUE(held->commit());
  EXPECT_TRUE(Transaction::begin(other).has_value());
}

TEST(Database, ReportsWhatIsNoDatabaseAsCorrupt) {
  TempDir dir;
  std::ofstream(dir.path("a.db")) << std::string(8192, 'x');

  auto writer = Database::open(dir.path("a.db"), {});
  auto reader = Database::open(dir.path("a.db"), {.access = Access::kReadOnly});

  ASSERT_FALSE(writer);
  EXPECT_EQ(writer.error().code, ErrorCode::kCorrupt);
  ASSERT_FALSE(reader);
  EXPECT_EQ(reader.error().code, ErrorCode::kCorrupt);
}

TEST(Database, ReportsADamagedPageAsCorrupt) {
  TempDir dir;
  {
    Database database = open_or_die(dir.path("a.db"));
    ASSERT_TRUE(database.execute("CREATE TABLE t(a); INSERT INTO t VALUES(zeroblob(100000))"));
  }
  {
    std::fstream file(dir.path("a.db"), std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(4096);
    file << std::string(4096, '\xff');
  }
  Database database = open_or_die(dir.path("a.db"));

  auto statement = database.prepare("SELECT a FROM t");
  ASSERT_TRUE(statement);
  auto row = statement->step();

  ASSERT_FALSE(row);
  EXPECT_EQ(row.error().code, ErrorCode::kCorrupt);
}

TEST(Database, ReportsAFaultyStatementAsRejected) {
  TempDir dir;
  Database database = open_or_die(dir.path("a.db"));

  auto statement = database.prepare("SELECT nothing FROM nowhere");

  ASSERT_FALSE(statement);
  EXPECT_EQ(statement.error().code, ErrorCode::kRejected);
}

TEST(Statement, BringsBackWhatWasBound) {
  TempDir dir;
  Database database = open_or_die(dir.path("a.db"));
  ASSERT_TRUE(database.execute("CREATE TABLE t(a, b, c, d, e, f)"));
  const std::string_view blob("\0\xff\1", 3);
  auto insert = database.prepare("INSERT INTO t VALUES(?, ?, ?, ?, ?, ?)");
  insert->bind(1, "t\xc3\xa4xt").bind(2, 7U).bind(3, 0.5).bind_blob(4, blob).bind_null(5);
  insert->bind(6, std::string_view());
  ASSERT_TRUE(insert->run());

  auto select = database.prepare("SELECT * FROM t");
  ASSERT_TRUE(select->step().value());

  EXPECT_EQ(select->text(0), "t\xc3\xa4xt");
  EXPECT_EQ(select->integer(1), 7);
  EXPECT_EQ(select->real(2), 0.5);
  EXPECT_EQ(select->blob(3), blob);
  EXPECT_TRUE(select->is_null(4));
  EXPECT_FALSE(select->is_null(5));
  EXPECT_EQ(select->text(5), "");
  EXPECT_FALSE(select->step().value());
  EXPECT_EQ(database.changes(), 1);
  EXPECT_EQ(database.last_row_id(), 1);
}

TEST(Statement, CanBeBoundAgainAfterItFailed) {
  TempDir dir;
  Database database = open_or_die(dir.path("a.db"));
  ASSERT_TRUE(database.execute("CREATE TABLE t(a UNIQUE)"));
  auto insert = database.prepare("INSERT INTO t VALUES(?)");
  ASSERT_TRUE(insert->bind(1, 1).run());

  auto again = insert->bind(1, 1).run();

  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, ErrorCode::kRejected);
  EXPECT_EQ(again.error().native, SQLITE_CONSTRAINT_UNIQUE);
  EXPECT_TRUE(insert->bind(1, 2).run());
}

TEST(Database, StopsAStatementThatTakesTooLong) {
  TempDir dir;
  Database database = open_or_die(dir.path("a.db"));
  int asked = 0;
  const std::function<bool()> should_stop = [&] { return ++asked == 3; };
  database.set_stop(&should_stop);
  constexpr const char* kEndless =
      "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT count(*) FROM n";
  auto endless = database.prepare(kEndless);
  ASSERT_TRUE(endless);
  const auto stopped = endless->step();
  ASSERT_FALSE(stopped);
  EXPECT_EQ(stopped.error().code, ErrorCode::kOverloaded);
  EXPECT_EQ(stopped.error().native, SQLITE_INTERRUPT);
  EXPECT_EQ(asked, 3);

  // The connection is as good as before.
  database.set_stop(nullptr);
  auto next = database.prepare("SELECT 1");
  ASSERT_TRUE(next);
  EXPECT_TRUE(next->step().value());
}

TEST(Database, WaitsForALockAsLongAsItIsTold) {
  TempDir dir;
  Database holder = open_or_die(dir.path("a.db"));
  Database waiter = open_or_die(dir.path("a.db"));
  const auto lock = Transaction::begin(holder);
  ASSERT_TRUE(lock);
  waiter.set_busy_timeout(0);
  const auto refused = Transaction::begin(waiter);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kOverloaded);
}

TEST(Transaction, LeavesNothingUnlessCommitted) {
  TempDir dir;
  Database database = open_or_die(dir.path("a.db"));
  ASSERT_TRUE(database.execute("CREATE TABLE t(a)"));
  {
    auto dropped = Transaction::begin(database);
    ASSERT_TRUE(database.execute("INSERT INTO t VALUES(1)"));
  }
  EXPECT_EQ(count_rows(database), 0);

  auto kept = Transaction::begin(database);
  ASSERT_TRUE(database.execute("INSERT INTO t VALUES(1)"));
  ASSERT_TRUE(kept->commit());

  EXPECT_EQ(count_rows(database), 1);
}

// SQLite ends the transaction itself when the disk is full; the next one must begin cleanly.
TEST(Transaction, CanBeBegunAgainAfterAFullDatabase) {
  TempDir dir;
  Database database = open_or_die(dir.path("a.db"));
  ASSERT_TRUE(database.execute("CREATE TABLE t(a); PRAGMA max_page_count=8"));
  {
    auto filled = Transaction::begin(database);
    ASSERT_FALSE(database.execute("INSERT INTO t VALUES(zeroblob(1000000))"));
  }

  auto next = Transaction::begin(database);
  ASSERT_TRUE(next);
  ASSERT_TRUE(database.execute("INSERT INTO t VALUES(1)"));
  ASSERT_TRUE(next->commit());

  EXPECT_EQ(count_rows(database), 1);
}

TEST(ReadTransaction, SeesOneMomentAndJoinsOneThatIsThere) {
  TempDir dir;
  Database writer = open_or_die(dir.path("a.db"));
  ASSERT_TRUE(writer.execute("CREATE TABLE t(a)"));
  Database reader = open_or_die(dir.path("a.db"), {.access = Access::kReadOnly});
  {
    auto moment = ReadTransaction::begin(reader);
    ASSERT_TRUE(moment);
    EXPECT_EQ(count_rows(reader), 0);
    ASSERT_TRUE(writer.execute("INSERT INTO t VALUES(1)"));
    { ASSERT_TRUE(ReadTransaction::begin(reader)); }
    EXPECT_EQ(count_rows(reader), 0);
  }
  EXPECT_EQ(count_rows(reader), 1);
}

TEST(Replacement, IsSeenWholeOrNotAtAll) {
  TempDir dir;
  Database target = open_or_die(dir.path("a.db"));
  ASSERT_TRUE(target.execute("CREATE TABLE t(a); INSERT INTO t VALUES(1)"));
  Database source = open_or_die(dir.path("b.db"));
  ASSERT_TRUE(
      source.execute("CREATE TABLE t(a, b); INSERT INTO t VALUES(zeroblob(50000), 2), "
                     "(1, 2), (1, 2)"));
  Database reader = open_or_die(dir.path("a.db"), {.access = Access::kReadOnly});
  Database writer = open_or_die(dir.path("a.db"), {.busy_timeout_ms = 0});
  for (const bool is_ended : {false, true}) {
    auto replacement = Replacement::begin(target, source);
    ASSERT_TRUE(replacement);
    EXPECT_EQ(replacement->step(2), false);
    EXPECT_EQ(count_rows(reader), 1);
    EXPECT_FALSE(writer.execute("INSERT INTO t VALUES(3)"));
    if (is_ended) {
      EXPECT_EQ(replacement->step(1'000), true);
    }
  }
  EXPECT_EQ(count_rows(reader), 3);
  const auto inserted = writer.execute("INSERT INTO t(a, b) VALUES(3, 4)");
  ASSERT_TRUE(inserted) << to_text(inserted.error());
  EXPECT_EQ(count_rows(reader), 4);
  EXPECT_EQ(pragma(reader, "PRAGMA integrity_check"), "ok");
}

TEST(Sqlite, MakesAFileTheGroupsTooInAFolderThatIsShared) {
  const testing::TempDir dir;
  const mode_t before = ::umask(0007);
  std::filesystem::create_directory(dir.path("shared"));
  ASSERT_EQ(::chmod(dir.path("shared").c_str(), 02770), 0);
  auto database = Database::open(dir.path("shared/a.db"), {});
  ASSERT_TRUE(database);
  ASSERT_TRUE(database->execute("CREATE TABLE t(x)"));
  ::umask(before);
  for (const char* name : {"shared/a.db", "shared/a.db-wal", "shared/a.db-shm"}) {
    struct stat found {};
    ASSERT_EQ(::stat(dir.path(name).c_str(), &found), 0) << name;
    EXPECT_EQ(found.st_mode & 0777, 0660U) << name;
  }
}

}  // namespace
}  // namespace penstock::sqlite
