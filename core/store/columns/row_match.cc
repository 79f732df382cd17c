#include "store/columns/row_match.h"

#include <algorithm>

#include "base/bytes.h"
#include "store/columns/chunk_builder.h"
#include "store/contract/dimension.h"

namespace penstock::store {

bool RowMatch::is_left(const Filter& filter, const event::Row& row) {
  if (filter.is_bot && *filter.is_bot != row.is_bot) return false;
  if (!filter.project.empty() && dimension_value(row.record.project) != filter.project) {
    return false;
  }
  return std::all_of(
      filter.conditions.begin(), filter.conditions.end(), [&](const auto& condition) {
        const auto* dimension = std::get_if<Dimension>(&condition.facet);
        return holds(condition,
                     dimension != nullptr
                         ? value_of(row, *dimension)
                         : property(row.record.properties, std::get<std::string>(condition.facet)));
      });
}

// As ChunkBuilder takes them: the last of the key, and none where they are no JSON.
std::string_view RowMatch::property(std::string_view properties, std::string_view key) {
  value_.clear();
  text_ = properties;
  reserve_padding(text_);
  const auto read = visit_properties(
      reader_, text_, [&](std::string_view name, std::string_view value) -> Result<void> {
        if (dimension_value(name) == dimension_value(key)) value_ = value;
        return {};
      });
  if (!read) value_.clear();
  return value_;
}

}  // namespace penstock::store
