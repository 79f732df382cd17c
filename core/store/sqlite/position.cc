#include "store/sqlite/position.h"

#include "base/text.h"
#include "store/sqlite/day_folder.h"

namespace penstock::store {

std::string RowPosition::text() const { return str_cat(occurred_at_ms, '.', row_id); }

std::optional<RowPosition> RowPosition::parse(std::string_view text) {
  const std::size_t dot = text.find('.');
  if (dot == std::string_view::npos) return std::nullopt;
  const auto at_ms = parse_int(text.substr(0, dot));
  const auto row_id = parse_int(text.substr(dot + 1));
  if (!at_ms || !row_id) return std::nullopt;
  // What no row has: such a number would overflow where others are added to it.
  if (!is_storable_time(*at_ms) || *row_id < 0) return std::nullopt;
  return RowPosition{*at_ms, *row_id};
}

}  // namespace penstock::store
