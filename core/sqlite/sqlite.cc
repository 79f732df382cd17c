#include "sqlite/sqlite.h"

#include <cerrno>
#include <cstring>

#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/check.h"
#include "base/text.h"
#include "files/folder.h"
#include "sqlite/gathered_log.h"
#include "sqlite/kept_statements.h"

namespace penstock::sqlite {
namespace {

constexpr mode_t kFileMode = 0640;
// Of SQLite's virtual machine, some ten microseconds.
constexpr int kStepsBetweenStops = 4'000;
constexpr int kJournalTries = 20;

bool is_machine_exhausted(int system_errno) {
  switch (system_errno) {
    case ENOSPC:
    case EDQUOT:
    case EMFILE:
    case ENFILE:
    case ENOMEM:
      return true;
    default:
      return false;
  }
}

ErrorCode code_of(int extended, int system_errno) {
  switch (extended & 0xff) {
    case SQLITE_FULL:
    case SQLITE_IOERR:
    case SQLITE_NOMEM:
      return ErrorCode::kExhausted;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_INTERRUPT:  // By set_stop().
    case SQLITE_PROTOCOL:   // The race for the WAL's locks was lost many times over.
      return ErrorCode::kOverloaded;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return ErrorCode::kCorrupt;
    case SQLITE_CANTOPEN:
      // Only errno tells a missing folder from a disk without room for the journal.
      return is_machine_exhausted(system_errno) ? ErrorCode::kExhausted : ErrorCode::kConfiguration;
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_AUTH:
      return ErrorCode::kConfiguration;
    default:
      return ErrorCode::kRejected;
  }
}

tl::unexpected<Error> fail_with(sqlite3* handle, int extended, const char* step) {
  const int system_errno = handle != nullptr ? sqlite3_system_errno(handle) : 0;
  const char* reason = sqlite3_errstr(extended);
  // "unable to open database file" is the half of it.
  if ((extended & 0xff) == SQLITE_CANTOPEN && system_errno != 0) {
    if (const char* words = ::strerrordesc_np(system_errno)) reason = words;
  }
  return fail(code_of(extended, system_errno), extended, step, reason);
}

// SQLite itself would create the file with mode 0644. mknod makes it without opening it: closing a
// second descriptor would drop the locks that this process holds on an existing database.
void create_file(const std::string& path) {
  if (path.empty() || path == ":memory:") return;
  mknod(path.c_str(), S_IFREG | files::mode_in(files::folder_of(path), kFileMode), 0);
}

Result<std::string> pragma(Database& database, const char* sql) {
  auto statement = database.prepare(sql);
  if (!statement) return fail(statement.error());
  PENSTOCK_TRY(statement->step());
  return std::string(statement->text(0));
}

Result<bool> has_pages(Database& database) {
  auto count = pragma(database, "PRAGMA page_count");
  if (!count) return fail(count.error());
  return *count != "0";
}

// Between WAL and rollback journal an existing file changes in its first 100 bytes alone: within
// one sector, which a power cut leaves as it was or as it becomes, and a WAL that is there is used
// whatever the header says. So no journal is kept of that change and nothing is synced for it,
// which else is four syncs each way.
Result<void> switch_plainly(Database& database) {
  PENSTOCK_TRY(database.execute("PRAGMA synchronous=OFF"));
  return database.execute("PRAGMA journal_mode=OFF");
}

Result<void> try_to_set_journal(Database& database) {
  // Reads the file: what a journal of a power cut says is done before.
  const auto mode = pragma(database, "PRAGMA journal_mode");
  if (!mode) return fail(mode.error());
  if (*mode == "wal" || *mode == "memory") return {};
  const auto is_old = has_pages(database);
  if (!is_old) return fail(is_old.error());
  if (*is_old) PENSTOCK_TRY(switch_plainly(database));
  const auto changed = pragma(database, "PRAGMA journal_mode=WAL");
  if (!changed) return fail(changed.error());
  if (*changed != "wal") {
    return fail(ErrorCode::kConfiguration, "switch the database to its WAL journal");
  }
  return {};
}

// SQLite asks the busy handler where a transaction begins, but not where a journal is changed:
// whoever opens a new file at the same moment would be told that it is locked. A transaction waits
// for that other one, and then finds a WAL.
Result<void> set_journal(Database& database) {
  auto set = try_to_set_journal(database);
  for (int again = 0; !set && again < kJournalTries; ++again) {
    if (set.error().code != ErrorCode::kOverloaded) return set;
    PENSTOCK_TRY(database.execute("BEGIN EXCLUSIVE; COMMIT"));
    set = try_to_set_journal(database);
  }
  return set;
}

// Of a file that has pages the pragma changes nothing, and writes and syncs a page all the same.
Result<void> make_shrinkable(Database& database) {
  const auto is_old = has_pages(database);
  if (!is_old) return fail(is_old.error());
  return *is_old ? Result<void>() : database.execute("PRAGMA auto_vacuum=INCREMENTAL");
}

// SQLite counts its memory under a mutex at each allocation, and nothing of ours asks for the sum.
// Before the first database of the process; where another part of it was earlier, it stays as it
// is.
void configure_library() {
  static const int done = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
  static_cast<void>(done);
}

// Of a database in WAL mode, whoever has it open has its -wal as well.
bool is_at_rest(const std::string& path) {
  return ::access((path + "-wal").c_str(), F_OK) != 0 && errno == ENOENT;
}

// https://www.sqlite.org/uri.html
std::string immutable_uri(const std::string& path) {
  // Behind an authority that is empty, so that a path may begin with two slashes.
  std::string uri = path.starts_with('/') ? "file://" : "file:";
  for (const char c : path) {
    if (c == '%' || c == '?' || c == '#') {
      uri += '%';
      append_hex(uri, {&c, 1});
    } else {
      uri += c;
    }
  }
  return uri + "?immutable=1";
}

const char* synchronous_pragma(Sync sync) {
  switch (sync) {
    case Sync::kOff:
      return "PRAGMA synchronous=OFF";
    case Sync::kNormal:
      return "PRAGMA synchronous=NORMAL";
    case Sync::kFull:
      return "PRAGMA synchronous=FULL";
  }
  return "";
}

Result<void> configure(Database& database, const Database::Options& options) {
  sqlite3* handle = database.handle();
  sqlite3_busy_timeout(handle, static_cast<int>(options.busy_timeout_ms));
  sqlite3_db_config(handle, SQLITE_DBCONFIG_DQS_DML, 0, nullptr);
  sqlite3_db_config(handle, SQLITE_DBCONFIG_DQS_DDL, 0, nullptr);
  sqlite3_db_config(handle, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  if (options.is_alone) PENSTOCK_TRY(database.execute("PRAGMA locking_mode=EXCLUSIVE"));
  PENSTOCK_TRY(database.execute("PRAGMA mmap_size=0"));
  PENSTOCK_TRY(database.execute(str_cat("PRAGMA cache_size=-", options.cache_kib).c_str()));
  if (options.access == Access::kReadOnly || !options.has_checkpoints) {
    // Two connections that checkpoint at the same moment can corrupt a WAL database (SQLite before
    // 3.51.3), so only the one that writes does.
    sqlite3_db_config(handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
    sqlite3_wal_autocheckpoint(handle, 0);
  }
  if (options.access == Access::kReadOnly) return database.execute("PRAGMA user_version");
  PENSTOCK_TRY(database.execute(str_cat("PRAGMA page_size=", options.page_bytes).c_str()));
  if (options.can_shrink) PENSTOCK_TRY(make_shrinkable(database));
  PENSTOCK_TRY(set_journal(database));
  PENSTOCK_TRY(database.execute(synchronous_pragma(options.sync)));
  if (!options.gathers_log) return {};
  PENSTOCK_CHECK(options.sync == Sync::kFull);
  // A commit larger than the cache would be written, read again for its checksums, and rewritten.
  PENSTOCK_TRY(database.execute("PRAGMA cache_spill=OFF"));
  PENSTOCK_TRY(database.execute("PRAGMA user_version"));  // The first read opens the log.
  if (!gather_log(handle)) return fail(ErrorCode::kExhausted, "gather a database's log");
  return {};
}

}  // namespace

const char* words_of(const Error& error) {
  const auto code = static_cast<int>(error.native);
  return code > SQLITE_OK ? sqlite3_errstr(code) : nullptr;
}

bool lacks_rights(const Error& error) {
  if (error.code != ErrorCode::kConfiguration) return false;
  const std::int64_t primary = error.native & 0xff;
  return primary == SQLITE_READONLY || primary == SQLITE_CANTOPEN || primary == SQLITE_PERM ||
         primary == SQLITE_AUTH;
}

static_assert(kReadFailed == SQLITE_IOERR_READ && kFileSystemCorrupt == SQLITE_IOERR_CORRUPTFS);

void Database::Close::operator()(sqlite3* handle) const noexcept { sqlite3_close_v2(handle); }

Database::Database(std::unique_ptr<sqlite3, Close> handle) : handle_(std::move(handle)) {}
Database::Database(Database&&) noexcept = default;
Database& Database::operator=(Database&&) noexcept = default;
Database::~Database() = default;

Result<Database> Database::open(const std::string& path, const Options& options) {
  int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  if (options.access == Access::kReadOnly) {
    flags |= SQLITE_OPEN_READONLY;
  } else {
    flags |= SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
    create_file(path);
  }

  std::string name = path;
  if (options.access == Access::kReadOnly && options.is_glance && is_at_rest(path)) {
    flags |= SQLITE_OPEN_URI;
    name = immutable_uri(path);
  }

  configure_library();
  sqlite3* raw = nullptr;
  const int rc = sqlite3_open_v2(name.c_str(), &raw, flags, nullptr);
  Database database{std::unique_ptr<sqlite3, Close>(raw)};
  if (rc != SQLITE_OK) return fail_with(raw, rc, "open a database");
  PENSTOCK_TRY(configure(database, options));
  return database;
}

Result<void> Database::execute(const char* sql) {
  const int rc = sqlite3_exec(handle_.get(), sql, nullptr, nullptr, nullptr);
  if (rc != SQLITE_OK) return fail_with(handle_.get(), rc, "execute a statement");
  return {};
}

Result<Statement> Database::lend(std::string_view sql) {
  if (!kept_) kept_ = std::make_unique<KeptStatements>();
  if (sqlite3_stmt* const kept = kept_->take(sql)) {
    return Statement{std::unique_ptr<sqlite3_stmt, Statement::Finalize>(kept, {kept_.get()})};
  }
  auto prepared = prepare(sql);
  if (prepared) prepared->statement_.get_deleter().kept = kept_.get();
  return prepared;
}

Result<Statement> Database::prepare(std::string_view sql) {
  sqlite3_stmt* raw = nullptr;
  const int rc = sqlite3_prepare_v3(handle_.get(), sql.data(), static_cast<int>(sql.size()),
                                    SQLITE_PREPARE_PERSISTENT, &raw, nullptr);
  if (rc != SQLITE_OK) return fail_with(handle_.get(), rc, "prepare a statement");
  PENSTOCK_CHECK(raw != nullptr);
  return Statement{std::unique_ptr<sqlite3_stmt, Statement::Finalize>(raw, {nullptr})};
}

std::int64_t Database::changes() const { return sqlite3_changes64(handle_.get()); }

bool Database::is_in_transaction() const { return sqlite3_get_autocommit(handle()) == 0; }

std::int64_t Database::last_row_id() const { return sqlite3_last_insert_rowid(handle_.get()); }

Result<std::int64_t> Database::page_bytes() {
  auto statement = prepare("PRAGMA page_size");
  if (!statement) return fail(statement.error());
  PENSTOCK_TRY(statement->step());
  return statement->integer(0);
}

void Database::set_busy_timeout(std::int64_t ms) {
  sqlite3_busy_timeout(handle_.get(), static_cast<int>(ms));
}

void Database::set_stop(const std::function<bool()>* should_stop) {
  const auto ask = [](void* context) -> int {
    return (*static_cast<const std::function<bool()>*>(context))() ? 1 : 0;
  };
  if (should_stop == nullptr) {
    sqlite3_progress_handler(handle_.get(), 0, nullptr, nullptr);
  } else {
    sqlite3_progress_handler(handle_.get(), kStepsBetweenStops, ask,
                             const_cast<std::function<bool()>*>(should_stop));
  }
}

Result<void> Database::sync_journal() {
  sqlite3_file* journal = nullptr;
  const int found = sqlite3_file_control(handle(), "main", SQLITE_FCNTL_JOURNAL_POINTER, &journal);
  if (found != SQLITE_OK || journal == nullptr || journal->pMethods == nullptr) {
    return fail(ErrorCode::kRejected, found, "find a database's journal");
  }
  const int synced = journal->pMethods->xSync(journal, SQLITE_SYNC_NORMAL);
  if (synced != SQLITE_OK) return fail_with(handle(), synced, "sync a database's journal");
  return {};
}

bool Database::leave_wal() {
  set_busy_timeout(0);
  if (!execute("PRAGMA synchronous=FULL")) return false;
  auto checkpoint = prepare("PRAGMA wal_checkpoint(TRUNCATE)");
  if (!checkpoint || !checkpoint->step().value_or(false)) return false;
  constexpr int kIsBusy = 0;
  if (checkpoint->integer(kIsBusy) != 0) return false;
  checkpoint->reset();
  // All is in the file, and synced.
  return switch_plainly(*this).has_value();
}

Result<std::string> Database::to_bytes() {
  sqlite3_int64 size = 0;
  unsigned char* const bytes = sqlite3_serialize(handle(), "main", &size, 0);
  if (bytes == nullptr) return fail(ErrorCode::kExhausted, "copy a database in memory");
  std::string text(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size));
  sqlite3_free(bytes);
  return text;
}

Result<void> Database::copy_to(const std::string& path) {
  create_file(path);
  sqlite3* raw = nullptr;
  const int opened =
      sqlite3_open_v2(path.c_str(), &raw,
                      SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE | SQLITE_OPEN_READWRITE, nullptr);
  Database copy{std::unique_ptr<sqlite3, Close>(raw)};
  if (opened != SQLITE_OK) return fail_with(raw, opened, "make a copy of a database");
  // Nobody reads the copy before it is whole.
  PENSTOCK_TRY(copy.execute("PRAGMA synchronous=OFF"));
  PENSTOCK_TRY(copy.execute("PRAGMA journal_mode=OFF"));
  sqlite3_backup* backup = sqlite3_backup_init(raw, "main", handle_.get(), "main");
  if (backup == nullptr) {
    return fail_with(raw, sqlite3_extended_errcode(raw), "begin to copy a database");
  }
  const int stepped = sqlite3_backup_step(backup, -1);
  const int finished = sqlite3_backup_finish(backup);
  if (stepped != SQLITE_DONE) return fail_with(raw, stepped, "copy a database");
  if (finished != SQLITE_OK) return fail_with(raw, finished, "copy a database");
  // The copied header says WAL where the original's does.
  return copy.execute("PRAGMA journal_mode=DELETE");
}

namespace {

Result<void> run(Database& database, std::string_view sql) {
  auto statement = database.lend(sql);
  if (!statement) return fail(statement.error());
  return statement->run();
}

}  // namespace

Result<ReadTransaction> ReadTransaction::begin(Database& database) {
  if (database.is_in_transaction()) return ReadTransaction(nullptr);
  PENSTOCK_TRY(run(database, "BEGIN"));
  return ReadTransaction(&database);
}

ReadTransaction::~ReadTransaction() {
  if (database_ != nullptr) static_cast<void>(run(*database_, "COMMIT"));
}

void Replacement::Finish::operator()(sqlite3_backup* backup) const noexcept {
  sqlite3_backup_finish(backup);
}

Result<Replacement> Replacement::begin(Database& target, Database& source) {
  sqlite3_backup* const backup =
      sqlite3_backup_init(target.handle(), "main", source.handle(), "main");
  if (backup == nullptr) {
    return fail_with(target.handle(), sqlite3_extended_errcode(target.handle()),
                     "begin to replace a database");
  }
  Replacement replacement(target, std::unique_ptr<sqlite3_backup, Finish>(backup));
  auto locked = replacement.step(0);
  if (!locked) return fail(locked.error());
  return replacement;
}

Result<bool> Replacement::step(int pages) {
  constexpr const char* kReplacing = "replace a database";
  const int stepped = sqlite3_backup_step(backup_.get(), pages);
  if (stepped == SQLITE_OK) return false;
  if (stepped != SQLITE_DONE) return fail_with(target_->handle(), stepped, kReplacing);
  const int finished = sqlite3_backup_finish(backup_.release());
  if (finished != SQLITE_OK) return fail_with(target_->handle(), finished, kReplacing);
  return true;
}

void Statement::Finalize::operator()(sqlite3_stmt* statement) const noexcept {
  if (kept != nullptr) {
    kept->give(statement);
  } else {
    sqlite3_finalize(statement);
  }
}

Statement& Statement::bind(int index, std::string_view text) {
  // A null pointer would bind NULL instead of an empty text.
  const char* data = text.data() != nullptr ? text.data() : "";
  const int rc =
      sqlite3_bind_text64(statement_.get(), index, data, text.size(), SQLITE_STATIC, SQLITE_UTF8);
  PENSTOCK_CHECK(rc == SQLITE_OK);
  return *this;
}

Statement& Statement::bind(int index, std::int64_t number) {
  PENSTOCK_CHECK(sqlite3_bind_int64(statement_.get(), index, number) == SQLITE_OK);
  return *this;
}

Statement& Statement::bind(int index, double number) {
  PENSTOCK_CHECK(sqlite3_bind_double(statement_.get(), index, number) == SQLITE_OK);
  return *this;
}

Statement& Statement::bind_blob(int index, std::string_view bytes) {
  const char* data = bytes.data() != nullptr ? bytes.data() : "";
  const int rc = sqlite3_bind_blob64(statement_.get(), index, data, bytes.size(), SQLITE_STATIC);
  PENSTOCK_CHECK(rc == SQLITE_OK);
  return *this;
}

Statement& Statement::bind_null(int index) {
  PENSTOCK_CHECK(sqlite3_bind_null(statement_.get(), index) == SQLITE_OK);
  return *this;
}

Result<bool> Statement::step() {
  const int rc = sqlite3_step(statement_.get());
  if (rc == SQLITE_ROW) return true;
  if (rc == SQLITE_DONE) {
    reset();
    return false;
  }
  // errno belongs to the connection and is read before reset() touches the file again.
  auto error = fail_with(sqlite3_db_handle(statement_.get()), rc, "step a statement");
  reset();
  return error;
}

Result<void> Statement::run() {
  auto row = step();
  if (!row) return fail(row.error());
  if (*row) reset();
  return {};
}

void Statement::reset() { sqlite3_reset(statement_.get()); }

std::string_view Statement::text(int column) const {
  const auto* data = reinterpret_cast<const char*>(sqlite3_column_text(statement_.get(), column));
  if (data == nullptr) return {};
  return {data, static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column))};
}

std::string_view Statement::blob(int column) const {
  const auto* data = static_cast<const char*>(sqlite3_column_blob(statement_.get(), column));
  if (data == nullptr) return {};
  return {data, static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column))};
}

std::int64_t Statement::integer(int column) const {
  return sqlite3_column_int64(statement_.get(), column);
}

double Statement::real(int column) const { return sqlite3_column_double(statement_.get(), column); }

bool Statement::is_null(int column) const {
  return sqlite3_column_type(statement_.get(), column) == SQLITE_NULL;
}

Result<Transaction> Transaction::begin(Database& database) {
  PENSTOCK_TRY(database.execute("BEGIN IMMEDIATE"));
  return Transaction(database);
}

Transaction::Transaction(Transaction&& other) noexcept
    : database_(std::exchange(other.database_, nullptr)) {}

Transaction::~Transaction() {
  if (database_ == nullptr) return;
  // A full disk makes SQLite roll back by itself. What else could fail here has nobody to tell:
  // closing the connection rolls back all the same.
  if (sqlite3_get_autocommit(database_->handle()) == 0) {
    sqlite3_exec(database_->handle(), "ROLLBACK", nullptr, nullptr, nullptr);
  }
}

Result<void> Transaction::commit() {
  PENSTOCK_CHECK(database_ != nullptr);
  PENSTOCK_TRY(database_->execute("COMMIT"));
  database_ = nullptr;
  return {};
}

}  // namespace penstock::sqlite
