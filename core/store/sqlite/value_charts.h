// Charts of several values of a facet by one look at a range: each row is given to its value's
// counts, by its code where a part has codes and by its own text else.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/error.h"
#include "store/columns/scan.h"
#include "store/columns/series_counts.h"
#include "store/contract/queries.h"
#include "store/sqlite/day_reader.h"
#include "store/sqlite/day_scan.h"

namespace penstock::store {

class ValueCharts {
 public:
  // Borrows both.
  ValueCharts(DayReaders& days, DayScan& scan) : days_(days), scan_(scan) {}

  // As Queries::value_series().
  Result<std::vector<ValueSeries>> ask(const Range& range, const Step& step, const Facet& facet,
                                       const std::vector<std::string>& values,
                                       const Filter& filter);

 private:
  static constexpr std::uint32_t kNoPlace = UINT32_MAX;

  // What a part says of the values.
  struct PartCodes {
    std::vector<std::uint32_t> places;  // By code; behind the end, none.
    bool asks_others = false;           // A value may be among the words that had no room.
  };

  Result<void> add_part(DayReader& reader, const ColumnPart& part, const Range& range,
                        const Facet& facet, const Filter& filter);
  Result<PartCodes> codes_of(Columns& columns, ColumnNumber column);
  // Puts the positions of a chunk's rows under their values.
  Result<void> sort_rows(DayReader& reader, ChunkRows& rows, const Facet& facet,
                         const Columns::Word& column, const PartCodes& codes);
  Result<void> read_rows(DayReader& reader, ChunkRows& rows, const Facet& facet);
  void put_all(std::string_view value, ChunkRows& rows);

  DayReaders& days_;
  DayScan& scan_;
  std::unordered_map<std::string, std::uint32_t> places_;  // Of each value.
  std::vector<SeriesCounts> counts_;                       // By place, as what follows.
  std::vector<std::vector<std::uint16_t>> positions_;
};

}  // namespace penstock::store
