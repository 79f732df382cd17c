// A filter on a row itself, for where columns say too little: it leaves the same rows.
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"
#include "event/row.h"
#include "json/reader.h"
#include "store/contract/queries.h"

namespace penstock::store {

class RowMatch {
 public:
  // Whether the filter leaves the row.
  bool is_left(const Filter& filter, const event::Row& row);

  // A facet's value as words have it; "" where there is none. Lent until the next call.
  std::string_view value(const Facet& facet, const event::Row& row);
  // The same of a property.
  std::string_view property(std::string_view properties, std::string_view key);

 private:
  bool holds_for(const Condition& condition, const event::Row& row);

  json::Reader reader_;
  std::string text_;  // Where the reader may look behind it.
  std::string value_;
};

}  // namespace penstock::store
