// What a dimension is called in a row, in its column and in the rollups.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "event/row.h"
#include "store/contract/queries.h"

namespace penstock::store {

// The column of `events` that holds it.
std::string_view column_of(Dimension dimension);

// A dimension's values are texts of at most this, cut on a character's boundary. Lists, tiles,
// charts and filters all mean the value, whatever longer text a row has.
inline constexpr std::size_t kDimensionValueBytesMax = 256;
std::string_view dimension_value(std::string_view text);

// The row's value; "" where it has none.
std::string_view value_of(const event::Row& row, Dimension dimension);

// Whether rollups count it. Rows of days before it was added are in none, so that rows are asked.
constexpr bool has_rollup(Dimension dimension) {
  return static_cast<int>(dimension) < kRollupDimensions;
}

// Its number in the rollups' `dimension` column, behind kTotalCode and kBotsCode.
constexpr std::int64_t rollup_code(Dimension dimension) {
  return static_cast<std::int64_t>(dimension) + 2;
}

constexpr Dimension dimension_of_code(std::int64_t code) {
  return static_cast<Dimension>(code - 2);
}

}  // namespace penstock::store
