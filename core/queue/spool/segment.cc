#include "queue/spool/segment.h"

#include <algorithm>
#include <cerrno>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

#include "base/bytes.h"
#include "files/folder.h"
#include "queue/spool/folder.h"

namespace penstock::queue {
namespace {

constexpr std::int64_t kFormatVersion = 1;
constexpr const char* kCreate =
    "BEGIN IMMEDIATE;"
    "CREATE TABLE batches(id INTEGER PRIMARY KEY, at_ms INTEGER NOT NULL, message BLOB NOT NULL);"
    "PRAGMA user_version=1;"
    "COMMIT";

Result<void> create_open_mark(const std::string& path) {
  const int fd = ::open((path + ".open").c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0640);
  if (fd < 0) {
    const bool is_full = errno == ENOSPC || errno == EDQUOT || errno == EMFILE || errno == ENFILE;
    return fail(is_full ? ErrorCode::kExhausted : ErrorCode::kConfiguration, errno,
                "create a spool segment");
  }
  ::close(fd);
  return {};
}

// Statements of ours that SQLite refuses: the file is a database and no segment.
Error as_damage(Error error) {
  if (error.code == ErrorCode::kRejected) error.code = ErrorCode::kCorrupt;
  return error;
}

Result<std::int64_t> read_version(sqlite::Database& database) {
  auto statement = database.prepare("PRAGMA user_version");
  if (!statement) return fail(statement.error());
  PENSTOCK_TRY(statement->step());
  return statement->integer(0);
}

}  // namespace

Result<SegmentWriter> SegmentWriter::create(const std::string& path) {
  PENSTOCK_TRY(create_open_mark(path));
  auto created = create_files(path);
  if (!created) remove_segment(path);
  return created;
}

Result<SegmentWriter> SegmentWriter::create_files(const std::string& path) {
  auto database = sqlite::Database::open(
      path + ".db", {.sync = sqlite::Sync::kFull, .has_checkpoints = false, .gathers_log = true});
  if (!database) return fail(database.error());
  PENSTOCK_TRY(database->execute(kCreate));
  // SQLite syncs the folder too, and says nothing where that fails.
  PENSTOCK_TRY(files::sync_folder(files::folder_of(path)));
  auto insert = database->prepare("INSERT INTO batches(at_ms, message) VALUES(?, ?)");
  if (!insert) return fail(insert.error());
  return SegmentWriter(path, std::move(*database), std::move(*insert));
}

SegmentWriter::SegmentWriter(std::string path, sqlite::Database database, sqlite::Statement insert)
    : path_(std::move(path)), database_(std::move(database)), insert_(std::move(insert)) {}

SegmentWriter::SegmentWriter(SegmentWriter&& other) noexcept
    : path_(std::exchange(other.path_, {})),
      database_(std::move(other.database_)),
      insert_(std::move(other.insert_)),
      bytes_(other.bytes_),
      is_empty_(other.is_empty_) {}

SegmentWriter::~SegmentWriter() {
  if (path_.empty()) return;
  if (is_empty_) {
    remove_segment(path_);
  } else {
    ::unlink((path_ + ".open").c_str());
  }
}

Result<void> SegmentWriter::append(std::span<const std::string_view> messages, std::int64_t at_ms) {
  is_empty_ = false;
  // One message is a transaction by itself, and the usual case.
  if (messages.size() == 1) return insert(messages[0], at_ms);
  auto transaction = sqlite::Transaction::begin(database_);
  if (!transaction) return fail(transaction.error());
  for (const std::string_view message : messages) PENSTOCK_TRY(insert(message, at_ms));
  return transaction->commit();
}

Result<void> SegmentWriter::insert(std::string_view message, std::int64_t at_ms) {
  bytes_ += message.size();
  return insert_.bind(1, at_ms).bind_blob(2, message).run();
}

Result<std::optional<SegmentReader>> SegmentReader::open(const std::string& path, bool is_alone) {
  sqlite::Database::Options options;
  options.access = is_alone ? sqlite::Access::kReadWrite : sqlite::Access::kReadOnly;
  options.has_checkpoints = false;
  options.is_alone = is_alone;
  auto database = sqlite::Database::open(path + ".db", options);
  if (!database) return fail(database.error());

  const auto version = read_version(*database);
  if (!version) return fail(version.error());
  if (*version == 0) return std::optional<SegmentReader>();
  if (*version > kFormatVersion) {
    return fail(ErrorCode::kRejected, *version, "read a spool segment of a newer version");
  }

  auto head = database->prepare("SELECT id, at_ms FROM batches WHERE id > ? ORDER BY id LIMIT 1");
  if (!head) return fail(as_damage(head.error()));
  auto read = database->prepare(
      "SELECT id, length(message), message FROM batches WHERE id > ? ORDER BY id");
  if (!read) return fail(as_damage(read.error()));
  return std::optional<SegmentReader>(
      SegmentReader(std::move(*database), std::move(*head), std::move(*read)));
}

Result<std::optional<SegmentReader::Head>> SegmentReader::head_after(std::int64_t id) {
  const auto row = head_.bind(1, id).step();
  if (!row) return fail(row.error());
  if (!*row) return std::optional<Head>();
  const Head head{head_.integer(0), head_.integer(1)};
  head_.reset();  // Ends the read transaction.
  return std::optional<Head>(head);
}

Result<std::int64_t> SegmentReader::read_after(std::int64_t id, Limits& left,
                                               std::vector<std::string>& out) {
  const std::int64_t first = id;
  read_.bind(1, id);
  while (left.messages_max > 0) {
    const auto row = read_.step();
    // What can be read before a damaged page is brought; the page is come upon again.
    if (!row && id == first) return fail(row.error());
    if (!row || !*row) return id;
    // Asked for before the blob, so that one too many is not loaded.
    const auto bytes = static_cast<std::size_t>(read_.integer(1));
    if (bytes > left.bytes_max && !out.empty()) {
      left.messages_max = 0;
      break;
    }
    std::string& message = out.emplace_back();
    message.reserve(bytes + kReadablePadding);
    message = read_.blob(2);
    id = read_.integer(0);
    left.bytes_max -= std::min(left.bytes_max, bytes);
    --left.messages_max;
  }
  read_.reset();
  return id;
}

Result<std::int64_t> SegmentReader::last_id() {
  auto last = database_.prepare("SELECT max(id) FROM batches");
  if (!last) return fail(last.error());
  PENSTOCK_TRY(last->step());
  return last->integer(0);
}

}  // namespace penstock::queue
