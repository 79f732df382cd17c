// What a dimension is called in a row, in its column and in the rollups.
#pragma once

#include <cstdint>
#include <string_view>

#include "event/row.h"
#include "store/contract/queries.h"

namespace penstock::store {

// The column of `events` that holds it.
std::string_view column_of(Dimension dimension);

std::string_view value_of(const event::Row& row, Dimension dimension);

// Its number in the rollups' `dimension` column, behind kTotalCode and kBotsCode.
constexpr std::int64_t rollup_code(Dimension dimension) {
  return static_cast<std::int64_t>(dimension) + 2;
}

}  // namespace penstock::store
