#include "store/sqlite/recount.h"

#include <set>
#include <string>

#include "store/rollup/rollup.h"
#include "store/sqlite/rollup_statements.h"

namespace penstock::store {

Result<void> recount_totals(sqlite::Database& database) {
  auto rows = database.prepare(
      "SELECT project, occurred_at, is_bot, user_id, anonymous_id, ip, user_agent FROM events");
  if (!rows) return fail(rows.error());
  RollupBatch totals;
  std::set<std::string, std::less<>> projects;  // Lent to the totals.
  while (true) {
    auto has_row = rows->step();
    if (!has_row) return fail(has_row.error());
    if (!*has_row) break;
    event::Row row;
    row.record.project = *projects.emplace(rows->text(0)).first;
    row.record.occurred_at_ms = rows->integer(1);
    row.is_bot = rows->integer(2) != 0;
    row.record.user_id = rows->text(3);
    row.record.anonymous_id = rows->text(4);
    row.record.ip = rows->text(5);
    row.record.user_agent = rows->text(6);
    // By a person's hand; no day has such a time.
    if (row.record.occurred_at_ms >= 0) totals.add(row);
  }
  PENSTOCK_TRY(database.execute("DELETE FROM counts; DELETE FROM visitors"));
  auto statements = RollupStatements::prepare(database);
  if (!statements) return fail(statements.error());
  return totals.write(*statements);
}

}  // namespace penstock::store
