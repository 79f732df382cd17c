// A filter in the codes of one part.
//
// What a comparison of texts leaves is told by the part's dictionary, word by word, before a row is
// looked at.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "store/columns/columns.h"
#include "store/contract/filter.h"

namespace penstock::store {

// Which codes of a column are left.
struct CodeCondition {
  enum class Leaves : std::uint8_t { kCode, kOthers, kMarked };

  ColumnNumber column;
  Leaves leaves = Leaves::kCode;
  std::uint32_t code = 0;           // kCode: this one; kOthers: all but this one.
  std::vector<std::uint8_t> marks;  // kMarked: 1 by each code that is left; behind its end, none.

  bool has_left(std::uint32_t other) const;
};

struct Conditions {
  std::vector<CodeCondition> all;
  bool is_never = false;   // No row of the part.
  bool asks_rows = false;  // Codes say too little: each row that they leave has to be asked.
};
Result<Conditions> conditions_of(Columns& columns, const Filter& filter);

// A property's key: where it has a code, that of property_column(). kAbsent: no row of the part has
// it. kMaybeOther: the rows have to be asked.
Result<Columns::Word> find_property(Columns& columns, std::string_view key);
// How a part has a facet's values: kCode with the number of their column, and else as above.
Result<Columns::Word> find_facet(Columns& columns, const Facet& facet);

}  // namespace penstock::store
