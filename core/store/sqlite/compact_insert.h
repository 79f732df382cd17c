// Rows on their way into a compacted day: all of them while it is made, and what comes late.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "base/error.h"
#include "event/row.h"
#include "sqlite/sqlite.h"
#include "store/sqlite/compact_schema.h"

namespace penstock::store {

// What is kept once while a day is compacted: the numbers of texts, and combinations by their
// values.
struct CompactWords {
  // So many are remembered; further ones are kept once for each row that has them.
  static constexpr std::size_t kCombinationsMax = 65'536;

  std::unordered_map<std::string, std::int64_t> texts;
  std::unordered_map<std::string, std::int64_t> sorts;
  std::unordered_map<std::string, std::int64_t> agents;
};

class CompactInsert {
 public:
  // Borrows `database`, that of a compacted day.
  static Result<CompactInsert> prepare(sqlite::Database& database);

  // False where a row of that id is there already.
  Result<bool> insert_new(std::int64_t row_id, const event::Row& row);

  // Without a look at what is there. With `words` each text is looked up among them, and
  // combinations are remembered there; null for a row that is stored with its own.
  Result<void> insert(std::int64_t row_id, const event::Row& row, CompactWords* words);

 private:
  CompactInsert(sqlite::Database& database, sqlite::Statement find, sqlite::Statement insert_row,
                sqlite::Statement insert_sort, sqlite::Statement insert_agent)
      : database_(&database),
        find_(std::move(find)),
        insert_row_(std::move(insert_row)),
        insert_sort_(std::move(insert_sort)),
        insert_agent_(std::move(insert_agent)) {}

  Result<std::int64_t> combination(CompactPlace table, const event::Row& row, CompactWords* words);

  sqlite::Database* database_;
  sqlite::Statement find_;
  sqlite::Statement insert_row_;
  sqlite::Statement insert_sort_;
  sqlite::Statement insert_agent_;
  std::string key_;
};

// Where a URL begins as every one does that is made from the host and the path: what follows them.
std::optional<std::string_view> compact_url_rest(const event::Row& row);

}  // namespace penstock::store
