#include "store/sqlite/steady_reader.h"

#include <cstdint>
#include <optional>

#include "store/sqlite/day_folder.h"

namespace penstock::store {
namespace {

// For whoever brings a file to rest or opens it at this moment.
constexpr std::int64_t kBusyTimeoutMs = 5'000;
constexpr std::int64_t kCacheKib = 16'384;

struct Rest {
  std::optional<FileMark> mark;
  std::int64_t changed_at_ns;

  bool operator==(const Rest&) const = default;
};

// Nullopt where somebody has the file open, or a crash left a journal that counts.
std::optional<Rest> rest_of(const std::string& path) {
  if (mark_of(path + "-wal") || mark_of(path + "-journal")) return std::nullopt;
  return Rest{mark_of(path), changed_at_ns(path)};
}

Result<void> read_once(const std::string& path, bool is_glance,
                       FunctionRef<Result<void>(sqlite::Database&)> work) {
  auto database = sqlite::Database::open(path, {.access = sqlite::Access::kReadOnly,
                                                .busy_timeout_ms = kBusyTimeoutMs,
                                                .cache_kib = kCacheKib,
                                                .is_glance = is_glance});
  if (!database) return fail(database.error());
  return work(*database);
}

}  // namespace

Result<void> read_steadily(const std::string& path,
                           FunctionRef<Result<void>(sqlite::Database&)> work) {
  if (const auto before = rest_of(path)) {
    const auto done = read_once(path, true, work);
    if (rest_of(path) == before) return done;
  }
  return read_once(path, false, work);
}

Result<std::string> integrity_fault(sqlite::Database& database, bool is_quick) {
  auto check = database.prepare(is_quick ? "PRAGMA quick_check(1)" : "PRAGMA integrity_check(1)");
  if (!check) return fail(check.error());
  PENSTOCK_TRY(check->step());
  const std::string_view found = check->text(0);
  return found == "ok" ? std::string() : std::string(found);
}

}  // namespace penstock::store
