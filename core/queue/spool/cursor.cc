#include "queue/spool/cursor.h"

#include <utility>

#include <unistd.h>

#include "base/log.h"

namespace penstock::queue {
namespace {

constexpr std::int64_t kRetryUs = 2'000'000;
constexpr const char* kLoad = "SELECT id FROM cursors WHERE segment = ?";
constexpr const char* kCreate =
    "CREATE TABLE IF NOT EXISTS cursors(segment TEXT PRIMARY KEY, id INTEGER NOT NULL) "
    "WITHOUT ROWID";

std::int64_t load_by(sqlite::Statement& statement, const std::string& segment) {
  const auto row = statement.bind(1, segment).step();
  if (!row || !*row) return 0;
  const std::int64_t id = statement.integer(0);
  statement.reset();
  return id;
}

}  // namespace

Result<SpoolCursor::Open> SpoolCursor::open(const std::string& path) {
  auto database = sqlite::Database::open(
      path, {.sync = sqlite::Sync::kNormal, .busy_timeout_ms = 100, .cache_kib = 256});
  if (!database) return fail(database.error());
  PENSTOCK_TRY(database->execute(kCreate));
  auto load = database->prepare(kLoad);
  if (!load) return fail(load.error());
  auto save = database->prepare(
      "INSERT INTO cursors VALUES(?, ?) ON CONFLICT(segment) DO UPDATE SET id = excluded.id");
  if (!save) return fail(save.error());
  auto forget = database->prepare("DELETE FROM cursors WHERE segment = ?");
  if (!forget) return fail(forget.error());
  return Open{std::move(*database), std::move(*load), std::move(*save), std::move(*forget)};
}

SpoolCursor::Open* SpoolCursor::opened() {
  if (open_) return &*open_;
  if (clock_.mono_us() < retry_at_us_) return nullptr;
  auto made = open(spool_ + "/cursor.db");
  if (!made) {
    give_up(made.error());
    return nullptr;
  }
  open_.emplace(std::move(*made));
  return &*open_;
}

void SpoolCursor::give_up(const Error& error) {
  log_warn("spool", "cursor not kept", {{"error", to_text(error)}});
  open_.reset();
  retry_at_us_ = clock_.mono_us() + kRetryUs;
  if (error.code != ErrorCode::kCorrupt) return;
  for (const char* suffix : {"", "-wal", "-shm"}) {
    ::unlink((spool_ + "/cursor.db" + suffix).c_str());
  }
}

std::int64_t SpoolCursor::load(const std::string& segment) {
  Open* cursor = opened();
  return cursor != nullptr ? load_by(cursor->load, segment) : 0;
}

bool SpoolCursor::save(const std::string& segment, std::int64_t id) {
  Open* cursor = opened();
  if (cursor == nullptr) return false;
  const auto saved = cursor->save.bind(1, segment).bind(2, id).run();
  if (!saved) give_up(saved.error());
  return saved.has_value();
}

void SpoolCursor::forget(const std::string& segment) {
  Open* cursor = opened();
  if (cursor == nullptr) return;
  if (const auto done = cursor->forget.bind(1, segment).run(); !done) give_up(done.error());
}

std::optional<SpoolCursorReader> SpoolCursorReader::open(const std::string& spool) {
  auto database =
      sqlite::Database::open(spool + "/cursor.db", {.access = sqlite::Access::kReadOnly});
  if (!database) return std::nullopt;
  auto load = database->prepare(kLoad);
  if (!load) return std::nullopt;
  return SpoolCursorReader(std::move(*database), std::move(*load));
}

std::int64_t SpoolCursorReader::load(const std::string& segment) { return load_by(load_, segment); }

}  // namespace penstock::queue
