// Places in the order of rows, as the opaque text that clients hand back.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace penstock::store {

// Behind one row of a list: rows are ordered by both.
struct RowPosition {
  std::int64_t occurred_at_ms;
  std::int64_t row_id;

  std::string text() const;
  static std::optional<RowPosition> parse(std::string_view text);
};

}  // namespace penstock::store
