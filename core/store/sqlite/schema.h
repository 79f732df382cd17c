// A row's way into the columns of `events` and back. The columns are those of event/fields.h, the
// tables and their versions are in migrations.h.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

#include "event/fields.h"
#include "event/row.h"
#include "sqlite/sqlite.h"

namespace penstock::store {

namespace schema {

inline constexpr std::size_t kColumnsBytes = [] {
  std::size_t bytes = event::kFieldCount - 1;  // Commas.
  for (const event::Field& field : event::kFields) bytes += field.name.size();
  return bytes;
}();

inline constexpr auto kColumns = [] {
  std::array<char, kColumnsBytes> text{};
  std::size_t at = 0;
  for (const event::Field& field : event::kFields) {
    if (at > 0) text[at++] = ',';
    for (const char c : field.name) text[at++] = c;
  }
  return text;
}();

}  // namespace schema

// The columns that bind_row() and row_of() expect, for SELECT and INSERT: "id,project,…".
inline constexpr std::string_view kRowColumns(schema::kColumns.data(), schema::kColumns.size());
inline constexpr int kRowColumnCount = static_cast<int>(event::kFieldCount);

// Binds a row to parameters `first` and on. `ip` stands in for the record's.
void bind_row(sqlite::Statement& statement, int first, const event::Row& row, std::string_view ip);

// Binds one row after the other to a statement. What is as in the row before stays bound, so texts
// of a row must stay until forget().
class RowBinder {
 public:
  // As bind_row(). `ip` alone may go once the statement was stepped.
  void bind(sqlite::Statement& statement, int first, const event::Row& row, std::string_view ip);
  void forget() { is_bound_ = false; }

 private:
  bool is_bound_ = false;
  std::array<std::string_view, event::kFieldCount> texts_;
};

// The row whose columns begin at `first`; views are lent until the statement's next step.
event::Row row_of(const sqlite::Statement& statement, int first);

}  // namespace penstock::store
