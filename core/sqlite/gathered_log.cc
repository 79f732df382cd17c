#include "sqlite/gathered_log.h"

#include <cstring>
#include <memory>
#include <new>

#include <sqlite3.h>

namespace penstock::sqlite {
namespace {

// Stands before the methods of the file that SQLite has opened, and is known by them: as every
// object of SQLite's own file systems, it begins with what SQLite calls.
struct GatheredLog {
  sqlite3_io_methods methods{};
  const sqlite3_io_methods* below = nullptr;
  std::unique_ptr<char[]> bytes;
  int size = 0;
  sqlite3_int64 begin = 0;  // Where in the file they belong.
  int failure = SQLITE_OK;  // The first of writing out.
};

GatheredLog& of(sqlite3_file* file) {
  return *reinterpret_cast<GatheredLog*>(const_cast<sqlite3_io_methods*>(file->pMethods));
}

int write_out(sqlite3_file* file) {
  GatheredLog& log = of(file);
  if (log.failure != SQLITE_OK || log.size == 0) return log.failure;
  log.failure = log.below->xWrite(file, log.bytes.get(), log.size, log.begin);
  log.size = 0;
  return log.failure;
}

int write(sqlite3_file* file, const void* bytes, int count, sqlite3_int64 offset) {
  GatheredLog& log = of(file);
  const bool is_next = offset == log.begin + log.size;
  const bool has_room = log.size + count <= static_cast<int>(kLogPieceBytes);
  if (!is_next || !has_room) {
    if (const int failure = write_out(file); failure != SQLITE_OK) return failure;
    log.begin = offset;
  }
  if (count > static_cast<int>(kLogPieceBytes)) {
    return log.below->xWrite(file, bytes, count, offset);
  }
  std::memcpy(log.bytes.get() + log.size, bytes, static_cast<std::size_t>(count));
  log.size += count;
  return log.failure;
}

int read(sqlite3_file* file, void* to, int count, sqlite3_int64 offset) {
  const int failure = write_out(file);
  return failure != SQLITE_OK ? failure : of(file).below->xRead(file, to, count, offset);
}

int truncate(sqlite3_file* file, sqlite3_int64 size) {
  const int failure = write_out(file);
  return failure != SQLITE_OK ? failure : of(file).below->xTruncate(file, size);
}

int sync(sqlite3_file* file, int flags) {
  const int failure = write_out(file);
  return failure != SQLITE_OK ? failure : of(file).below->xSync(file, flags);
}

int tell_size(sqlite3_file* file, sqlite3_int64* size) {
  const int failure = write_out(file);
  return failure != SQLITE_OK ? failure : of(file).below->xFileSize(file, size);
}

// What was not synced was promised to nobody.
int close(sqlite3_file* file) {
  const std::unique_ptr<GatheredLog> log(&of(file));
  file->pMethods = log->below;
  return log->below->xClose(file);
}

}  // namespace

bool gather_log(sqlite3* database) {
  sqlite3_file* file = nullptr;
  if (sqlite3_file_control(database, "main", SQLITE_FCNTL_JOURNAL_POINTER, &file) != SQLITE_OK ||
      file == nullptr || file->pMethods == nullptr) {
    return false;
  }
  std::unique_ptr<GatheredLog> log(new (std::nothrow) GatheredLog);
  if (log == nullptr) return false;
  log->methods = *file->pMethods;
  log->below = file->pMethods;
  log->bytes.reset(new (std::nothrow) char[kLogPieceBytes]);
  if (log->bytes == nullptr) return false;
  log->methods.xClose = close;
  log->methods.xRead = read;
  log->methods.xWrite = write;
  log->methods.xTruncate = truncate;
  log->methods.xSync = sync;
  log->methods.xFileSize = tell_size;
  file->pMethods = &log.release()->methods;  // close() takes it back.
  return true;
}

}  // namespace penstock::sqlite
