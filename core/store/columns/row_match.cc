#include "store/columns/row_match.h"

#include <algorithm>

#include "base/bytes.h"
#include "store/columns/chunk_builder.h"
#include "store/columns/text_search.h"
#include "store/contract/dimension.h"

namespace penstock::store {
bool RowMatch::is_left(const Filter& filter, const event::Row& row) {
  if (filter.is_bot && *filter.is_bot != row.is_bot) return false;
  if (!filter.project.empty() && dimension_value(row.record.project) != filter.project) {
    return false;
  }
  return std::all_of(filter.conditions.begin(), filter.conditions.end(),
                     [&](const auto& condition) { return holds_for(condition, row); });
}

bool RowMatch::holds_for(const Condition& condition, const event::Row& row) {
  if (const auto* dimension = std::get_if<Dimension>(&condition.subject)) {
    return holds(condition, value_of(row, *dimension));
  }
  if (const auto* key = std::get_if<std::string>(&condition.subject)) {
    return holds(condition, property(row.record.properties, *key));
  }
  const event::Field* field = std::get<RowText>(condition.subject).field;
  return field != nullptr ? holds(condition, event::text_of(*field, row))
                          : any_text_holds(condition, row);
}

std::string_view RowMatch::value(const Facet& facet, const event::Row& row) {
  if (const auto* dimension = std::get_if<Dimension>(&facet)) return value_of(row, *dimension);
  return property(row.record.properties, std::get<std::string>(facet));
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
