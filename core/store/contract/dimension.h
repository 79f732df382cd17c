// A dimension's values.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "event/row.h"
#include "store/contract/filter.h"

namespace penstock::store {

// A dimension's values are texts of at most this, cut on a character's boundary. Lists, tiles,
// charts and filters all mean the value, whatever longer text a row has.
inline constexpr std::size_t kDimensionValueBytesMax = 256;
std::string_view dimension_value(std::string_view text);

// The row's value; "" where it has none.
std::string_view value_of(const event::Row& row, Dimension dimension);

}  // namespace penstock::store
