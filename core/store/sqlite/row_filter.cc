#include "store/sqlite/row_filter.h"

#include "store/contract/dimension.h"

namespace penstock::store {

std::string filter_sql(const Filter& filter) {
  std::string sql;
  if (!filter.project.empty()) sql += " AND project = ?";
  for (const auto& [dimension, value] : filter.equals) {
    sql += " AND ";
    sql += column_of(dimension);
    sql += " = ?";
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
