// The columns of a chunk, by number. Numbers are in files: they are only ever added to.
#pragma once

#include <cstdint>

#include "store/contract/queries.h"

namespace penstock::store {

using ColumnNumber = std::uint32_t;

// Numbers.
inline constexpr ColumnNumber kRowColumn = 0;   // Row ids, ascending.
inline constexpr ColumnNumber kTimeColumn = 1;  // occurred_at, milliseconds.
// visitor_hash(): its halves, each of four bytes, since sketches need little more than the upper
// one. Chunks of before have them whole, as numbers.
inline constexpr ColumnNumber kWholeVisitorColumn = 2;
inline constexpr ColumnNumber kUpperVisitorColumn = 3;
inline constexpr ColumnNumber kLowerVisitorColumn = 4;

// Words: codes of the day's dictionary of that column.
inline constexpr ColumnNumber kBotColumn = 8;  // The codes are 0 and 1; it has no dictionary.
inline constexpr ColumnNumber kProjectColumn = 9;
constexpr ColumnNumber column_number(Dimension dimension) {
  if (dimension == Dimension::kProject) return kProjectColumn;
  return 16 + static_cast<ColumnNumber>(dimension);
}
// Chunks may be without these columns, which came with version 4 of the day files, until they are
// filled: their rows are asked instead.
inline constexpr ColumnNumber kFirstLaterColumn = column_number(Dimension::kChannel);
inline constexpr ColumnNumber kLastLaterColumn = column_number(Dimension::kUtmMedium);
constexpr bool is_later_column(ColumnNumber column) {
  return column >= kFirstLaterColumn && column <= kLastLaterColumn;
}
// A dictionary alone: the keys of properties. The values of the key with code c are a column too.
inline constexpr ColumnNumber kKeyColumn = 63;
constexpr ColumnNumber property_column(std::uint32_t key_code) { return 64 + key_code; }

// What a day's dictionaries may hold; behind it, words are kOtherCode and are asked of the rows. A
// file's dictionary is full by the number that the writer had, so it may only grow by a new
// version.
constexpr std::uint32_t words_max(ColumnNumber column) {
  if (column == kKeyColumn) return 1'024;
  return column > kKeyColumn ? 65'536 : 262'144;
}

// Codes that every dictionary has.
inline constexpr std::uint32_t kEmptyCode = 0;  // "", and a property that is not there.
inline constexpr std::uint32_t kOtherCode = 1;  // Words for which the dictionary had no room.
inline constexpr std::uint32_t kFirstCode = 2;

}  // namespace penstock::store
