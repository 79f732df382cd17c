#include "sqlite/kept_statements.h"

#include <algorithm>

#include <sqlite3.h>

namespace penstock::sqlite {

KeptStatements::~KeptStatements() {
  for (const Entry& entry : entries_) sqlite3_finalize(entry.statement);
}

sqlite3_stmt* KeptStatements::take(std::string_view sql) {
  const auto found = std::find_if(entries_.begin(), entries_.end(),
                                  [sql](const Entry& entry) { return entry.sql == sql; });
  if (found == entries_.end()) return nullptr;
  sqlite3_stmt* const statement = found->statement;
  entries_.erase(found);
  return statement;
}

void KeptStatements::give(sqlite3_stmt* statement) {
  sqlite3_reset(statement);
  sqlite3_clear_bindings(statement);
  if (entries_.size() == kMax) {
    sqlite3_finalize(entries_.front().statement);
    entries_.erase(entries_.begin());
  }
  entries_.push_back({sqlite3_sql(statement), statement});
}

}  // namespace penstock::sqlite
