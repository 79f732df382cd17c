// SQLite as three small resources: Database, Statement, Transaction. The only header in which
// sqlite3 is named.
//
// A Database belongs to one thread at a time (NOMUTEX). Text and blobs are bound without copying:
// they must stay until the statement was stepped. Errors carry SQLite's extended code as native:
// full disk, full database, I/O errors and lack of memory or descriptors are kExhausted; busy,
// locked and stopped (set_stop) kOverloaded; corrupt and not-a-database kCorrupt; read-only,
// permission and can't-open kConfiguration; the rest, which is statements and values that SQLite
// refuses, kRejected.
#pragma once

#include <concepts>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "base/error.h"

struct sqlite3;
struct sqlite3_backup;
struct sqlite3_stmt;

namespace penstock::sqlite {

enum class Access : std::uint8_t {
  kReadOnly,   // Fails where there is no file. Never checkpoints on close.
  kReadWrite,  // Creates the file, mode 0640 or as files::mode_in() has it.
};

// How much a commit survives. In WAL mode only kFull survives a power cut whole.
enum class Sync : std::uint8_t { kOff, kNormal, kFull };

// What SQLite calls the error ("file is not a database"); null where its number is none of
// SQLite's.
const char* words_of(const Error& error);

// Extended codes of kExhausted that are no lack of anything: the file itself is damaged.
inline constexpr std::int64_t kReadFailed = 266;
inline constexpr std::int64_t kFileSystemCorrupt = 8458;

// Whether SQLite says that this process may not write, or open, the file or one beside it.
bool lacks_rights(const Error& error);

class KeptStatements;
class Statement;

class Database {
 public:
  struct Options {
    Access access = Access::kReadWrite;
    Sync sync = Sync::kFull;
    std::int64_t busy_timeout_ms = 5'000;
    std::int64_t cache_kib = 2'048;
    // Of a file that is made; one that is there keeps its own. A power of two, 512 to 65,536.
    std::int64_t page_bytes = 4'096;
    // Of a file that is made: pages that become free can be given back by
    // "PRAGMA incremental_vacuum(N)".
    bool can_shrink = false;
    // False: commits stay in the WAL, which is never copied into the database file. For files that
    // are written once, read once and removed: halves what goes to the disk.
    bool has_checkpoints = true;
    // Commits are written in pieces of up to kLogPieceBytes (sqlite/gathered_log.h), and held in
    // memory until then, whatever cache_kib says. For a writer of much. kReadWrite, and kFull.
    bool gathers_log = false;
    // Nobody else opens the file, not even in this process: the WAL's index is kept in memory
    // instead of in a -shm file, so that a full disk does not keep it from being read. kReadWrite.
    bool is_alone = false;
    // For a short look by a tool. A file that nobody has open is read as it lies there, so that
    // none is made beside it (-wal, -shm) and its folder need not be writable. Whoever opens it
    // meanwhile may change it under the reader. kReadOnly.
    bool is_glance = false;
  };

  // WAL journal, mmap off. Reads the file's header, so that what is no database is known here. The
  // switch of an existing file to its WAL costs no sync (set_journal).
  static Result<Database> open(const std::string& path, const Options& options);
  Database(Database&&) noexcept;
  Database& operator=(Database&&) noexcept;
  ~Database();

  // Runs statements that return nothing. A string of ours, never built from input.
  Result<void> execute(const char* sql);

  // A statement to keep. `sql` likewise.
  Result<Statement> prepare(std::string_view sql);
  // For a moment: one that the connection has kept since it was last lent. It goes back, reset,
  // where it is destroyed, which is before the connection is.
  Result<Statement> lend(std::string_view sql);

  // Rows that the last INSERT, UPDATE or DELETE changed.
  std::int64_t changes() const;
  std::int64_t last_row_id() const;

  // Of the file.
  Result<std::int64_t> page_bytes();

  bool is_in_transaction() const;

  // From the next statement on: how long to wait for another connection's lock.
  void set_busy_timeout(std::int64_t ms);

  // Asks `should_stop` every few thousand steps of a running statement, and ends it with
  // kOverloaded (SQLITE_INTERRUPT) where the answer is true. Borrows it; null takes it away.
  void set_stop(const std::function<bool()>* should_stop);

  // For a file whose commits are not synced (Sync::kOff, no checkpoints): what was committed is
  // durable afterwards, the entry of its WAL included. kExhausted where the disk fails.
  Result<void> sync_journal();

  // Copies the WAL into the file, synced, and goes back to the rollback journal: the file stands
  // alone then. False where somebody else has it open; nobody is waited for.
  bool leave_wal();

  // The whole file, as the bytes of a new one that stands alone. Of a database in memory.
  Result<std::string> to_bytes();

  // Copies the whole database as of one moment, page by page, to a new file (mode 0640), which then
  // stands alone: row ids stay, and in WAL mode no writer waits. Not synced; what an error leaves
  // is the caller's to remove.
  Result<void> copy_to(const std::string& path);

  sqlite3* handle() const { return handle_.get(); }

 private:
  struct Close {
    void operator()(sqlite3* handle) const noexcept;
  };
  explicit Database(std::unique_ptr<sqlite3, Close> handle);
  std::unique_ptr<sqlite3, Close> handle_;
  std::unique_ptr<KeptStatements> kept_;  // Null until the first is lent.
};

// Bind, step until false, read columns; reset by the next bind_all-style round:
//   s.reset(); s.bind(1, id).bind(2, name); while (*s.step()) use(s.text(0));
class Statement {
 public:
  Statement(Statement&&) noexcept = default;
  Statement& operator=(Statement&&) noexcept = default;

  // Parameters count from 1. Binding cannot fail but by our own mistake, which is checked.
  Statement& bind(int index, std::string_view text);
  Statement& bind(int index, std::int64_t number);
  Statement& bind(int index, double number);
  Statement& bind(int index, std::integral auto number) {
    return bind(index, static_cast<std::int64_t>(number));
  }
  Statement& bind_blob(int index, std::string_view bytes);
  Statement& bind_null(int index);

  // True: a row is there. False: done. After false or an error the statement is reset.
  Result<bool> step();
  // For statements without rows: steps once and resets.
  Result<void> run();
  void reset();

  // Columns count from 0; views are lent until the next step.
  std::string_view text(int column) const;
  std::string_view blob(int column) const;
  std::int64_t integer(int column) const;
  double real(int column) const;
  bool is_null(int column) const;

 private:
  friend class Database;
  struct Finalize {
    KeptStatements* kept;  // Whom it goes back to; null: nobody.

    void operator()(sqlite3_stmt* statement) const noexcept;
  };
  explicit Statement(std::unique_ptr<sqlite3_stmt, Finalize> statement)
      : statement_(std::move(statement)) {}
  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
};

// BEGIN IMMEDIATE now; rolls back when it goes without a successful commit().
class Transaction {
 public:
  // Borrows `database`.
  static Result<Transaction> begin(Database& database);
  Transaction(Transaction&& other) noexcept;
  Transaction& operator=(Transaction&&) = delete;
  ~Transaction();

  Result<void> commit();

 private:
  explicit Transaction(Database& database) : database_(&database) {}
  Database* database_;  // Null once committed or moved from.
};

// Reads of one moment, until it goes. Where the connection is in a transaction already, it is part
// of that.
class ReadTransaction {
 public:
  // Borrows `database`.
  static Result<ReadTransaction> begin(Database& database);
  ReadTransaction(ReadTransaction&& other) noexcept
      : database_(std::exchange(other.database_, nullptr)) {}
  ReadTransaction& operator=(ReadTransaction&&) = delete;
  ~ReadTransaction();

 private:
  explicit ReadTransaction(Database* database) : database_(database) {}
  Database* database_;  // Null where it ends nothing.
};

// Puts one database in another's place, in a transaction of that one: its readers go on with what
// they see, and see the new one whole from then on. Where it ends before, nothing has changed.
class Replacement {
 public:
  // Takes the lock of whoever writes to `target`; kOverloaded where somebody else has it. Borrows
  // both: no statement of `target` is used meanwhile, and `source` is only read. Both are of one
  // page size.
  static Result<Replacement> begin(Database& target, Database& source);
  Replacement(Replacement&&) noexcept = default;
  Replacement& operator=(Replacement&&) noexcept = default;

  // Copies so many pages. True: that was the last one, and it is committed.
  Result<bool> step(int pages);

 private:
  struct Finish {
    void operator()(sqlite3_backup* backup) const noexcept;
  };
  Replacement(Database& target, std::unique_ptr<sqlite3_backup, Finish> backup)
      : target_(&target), backup_(std::move(backup)) {}
  Database* target_;
  std::unique_ptr<sqlite3_backup, Finish> backup_;
};

}  // namespace penstock::sqlite
