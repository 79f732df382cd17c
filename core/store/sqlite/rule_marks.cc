#include "store/sqlite/rule_marks.h"

#include <utility>

#include "sqlite/versions.h"
#include "store/sqlite/day_folder.h"

namespace penstock::store {
namespace {

constexpr std::int64_t kBusyTimeoutMs = 1'000;
constexpr std::int64_t kCacheKib = 100;

constexpr const char* kTables = R"(
CREATE TABLE days (day INTEGER PRIMARY KEY, due TEXT, inode INTEGER, last_row INTEGER);
CREATE TABLE removed (rule TEXT PRIMARY KEY, events INTEGER);
PRAGMA user_version = 1;
)";
constexpr const char* kSteps[] = {kTables};

}  // namespace

Result<sqlite::Database*> RuleMarks::database() {
  if (database_) return &*database_;
  auto opened = sqlite::Database::open(path_, {.access = sqlite::Access::kReadWrite,
                                               .sync = sqlite::Sync::kOff,
                                               .busy_timeout_ms = kBusyTimeoutMs,
                                               .cache_kib = kCacheKib});
  if (!opened) return fail(opened.error());
  PENSTOCK_TRY(sqlite::bring_up(*opened, path_, {.opening = "open retention.db", .sql = kSteps}));
  database_.emplace(*std::move(opened));
  return &*database_;
}

Result<std::optional<RuleMark>> RuleMarks::of(std::int64_t day_ms) {
  auto opened = database();
  if (!opened) return fail(opened.error());
  auto mark = (*opened)->prepare("SELECT due, inode, last_row FROM days WHERE day = ?");
  if (!mark) return fail(mark.error());
  auto has_row = mark->bind(1, day_ms).step();
  if (!has_row) return fail(has_row.error());
  if (!*has_row) return std::optional<RuleMark>();
  return std::optional(RuleMark{std::string(mark->text(0)), mark->integer(1), mark->integer(2)});
}

Result<void> RuleMarks::set(std::int64_t day_ms, const RuleMark& mark) {
  auto opened = database();
  if (!opened) return fail(opened.error());
  auto insert = (*opened)->prepare("INSERT OR REPLACE INTO days VALUES (?, ?, ?, ?)");
  if (!insert) return fail(insert.error());
  insert->bind(1, day_ms).bind(2, mark.due).bind(3, mark.inode).bind(4, mark.last_row);
  return insert->run();
}

Result<void> RuleMarks::forget_before(std::int64_t day_ms) {
  auto opened = database();
  if (!opened) return fail(opened.error());
  auto remove = (*opened)->prepare("DELETE FROM days WHERE day < ?");
  if (!remove) return fail(remove.error());
  return remove->bind(1, day_ms).run();
}

Result<void> RuleMarks::add_removed(std::span<const RemovedRows> removed) {
  auto opened = database();
  if (!opened) return fail(opened.error());
  auto add = (*opened)->prepare(
      "INSERT INTO removed VALUES (?, ?) ON CONFLICT (rule) DO UPDATE SET events = events + "
      "excluded.events");
  if (!add) return fail(add.error());
  for (const RemovedRows& one : removed) {
    if (one.rows == 0) continue;
    PENSTOCK_TRY(add->bind(1, one.rule).bind(2, static_cast<std::int64_t>(one.rows)).run());
  }
  return {};
}

std::vector<RemovedRows> RuleMarks::removed(const std::string& folder) {
  std::vector<RemovedRows> found;
  const std::string path = path_in(folder);
  if (!is_plain_file(path)) return found;
  auto database = sqlite::Database::open(path, {.access = sqlite::Access::kReadOnly,
                                                .sync = sqlite::Sync::kFull,
                                                .busy_timeout_ms = kBusyTimeoutMs,
                                                .cache_kib = kCacheKib});
  if (!database) return found;
  auto rows = database->prepare("SELECT rule, events FROM removed ORDER BY rule");
  while (rows && rows->step().value_or(false)) {
    found.push_back({std::string(rows->text(0)), 0, static_cast<std::uint64_t>(rows->integer(1))});
  }
  return found;
}

}  // namespace penstock::store
