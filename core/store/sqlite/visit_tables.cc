#include "store/sqlite/visit_tables.h"

#include "sqlite/versions.h"
#include "store/columns/visit_blocks.h"
#include "store/sqlite/day_columns.h"

namespace penstock::store {
namespace {

constexpr BlockId kFirst{BlockKind::kVisits, 0, 0};
constexpr BlockId kHead{BlockKind::kVisits, kVisitHead, 0};
constexpr BlockId kDraft{BlockKind::kVisits, kVisitDraft, 0};

}  // namespace

Result<std::optional<VisitParts>> read_visits(sqlite::Database& database, std::int64_t day_ms) {
  const std::optional<VisitParts> none;
  auto version = sqlite::version_of(database);
  if (!version) return fail(version.error());
  if (*version < kColumnsVersion) return none;
  SqliteBlocks blocks(database);
  auto head = read_visit_head(blocks);
  if (!head) return fail(head.error());
  if (!*head || (*head)->day_ms != day_ms) return none;
  auto is_whole = has_all_in_chunks(database);
  if (!is_whole) return fail(is_whole.error());
  if (!*is_whole) return none;
  auto chunks = read_chunks(database);
  if (!chunks) return fail(chunks.error());
  if (hash_of_chunks(*chunks) != (*head)->chunks) return none;
  auto parts = read_visit_parts(blocks, (*head)->parts);
  if (!parts) return fail(parts.error());
  return std::optional(*std::move(parts));
}

Result<bool> has_all_in_chunks(sqlite::Database& database) {
  auto others = database.lend(
      "SELECT EXISTS (SELECT 1 FROM changed_rows) OR EXISTS (SELECT 1 FROM events WHERE rowid > "
      "(SELECT ifnull(max(last_row), -9223372036854775808) FROM chunks))");
  if (!others) return fail(others.error());
  PENSTOCK_TRY(others->step());
  return others->integer(0) == 0;
}

Result<void> void_visits(sqlite::Database& database) {
  auto remove = database.prepare("DELETE FROM blocks WHERE id IN (?, ?)");
  if (!remove) return fail(remove.error());
  return remove->bind(1, kHead.packed()).bind(2, kDraft.packed()).run();
}

Result<void> remove_visits(sqlite::Database& database) {
  auto remove = database.prepare("DELETE FROM blocks WHERE id >= ? AND id <= ?");
  if (!remove) return fail(remove.error());
  return remove->bind(1, kFirst.packed()).bind(2, kDraft.packed()).run();
}

}  // namespace penstock::store
