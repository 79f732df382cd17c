#include "store/sqlite/row_filter.h"

#include <algorithm>
#include <cstddef>

#include "base/text.h"
#include "store/contract/dimension.h"

namespace penstock::store {

namespace {

// A character has four bytes at most, so only values this long may have been cut.
constexpr std::size_t kCutBytesMin = kDimensionValueBytesMax - 3;

// dimension_value(column) = ?, where the value may be the beginning of a longer text: then the next
// character would not have fitted in.
std::string cut_sql(std::string_view column, std::string_view value) {
  const auto characters = std::count_if(value.begin(), value.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xc0) != 0x80;
  });
  const std::string bytes = str_cat("CAST(", column, " AS BLOB)");
  return str_cat("(substr(", bytes, ",1,", value.size(), ") = CAST(? AS BLOB) AND (length(", bytes,
                 ") = ", value.size(), " OR (length(", bytes, ") > ", kDimensionValueBytesMax,
                 " AND ", value.size(), " + length(CAST(substr(", column, ",", characters + 1,
                 ",1) AS BLOB)) > ", kDimensionValueBytesMax, ")))");
}

}  // namespace

std::string filter_sql(const Filter& filter) {
  std::string sql;
  if (!filter.project.empty()) sql += " AND project = ?";
  for (const auto& [dimension, value] : filter.equals) {
    const std::string_view column = column_of(dimension);
    const bool may_be_cut = value.size() >= kCutBytesMin;
    sql += str_cat(" AND ", may_be_cut ? cut_sql(column, value) : str_cat(column, " = ?"));
  }
  if (filter.is_bot) sql += " AND is_bot = ?";
  return sql;
}

int bind_filter(sqlite::Statement& statement, int first, const Filter& filter) {
  int index = first;
  if (!filter.project.empty()) statement.bind(index++, filter.project);
  for (const auto& [dimension, value] : filter.equals) statement.bind(index++, value);
  if (filter.is_bot) statement.bind(index++, std::int64_t{*filter.is_bot});
  return index;
}

}  // namespace penstock::store
