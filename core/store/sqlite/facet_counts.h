// Lists of the most frequent values of a facet: counted part by part, by codes where a part has
// them and from the rows else, and named for the winners alone.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/error.h"
#include "base/function_ref.h"
#include "store/columns/aggregates.h"
#include "store/columns/word_totals.h"
#include "store/contract/queries.h"
#include "store/sqlite/day_reader.h"
#include "store/sqlite/day_scan.h"

namespace penstock::store {

class FacetCounts {
 public:
  // Which of the rows that a filter leaves are counted.
  using Narrow = FunctionRef<Result<void>(ChunkRows& rows)>;

  // Borrows both.
  FacetCounts(DayReaders& days, DayScan& scan) : days_(days), scan_(scan) {}

  // `add_all` adds what there is to count, and is asked again where two words look alike.
  Result<std::vector<TopEntry>> list(const Range& range, const Facet& facet, std::uint32_t limit,
                                     FunctionRef<Result<void>(WordTotals& totals)> add_all);

  // Of one part of the day's columns, which `reader` lends just now.
  Result<void> add(DayReader& reader, const ColumnPart& part, const Range& range,
                   const Facet& facet, const Filter& filter, Narrow narrow, WordTotals& totals);

 private:
  Result<std::optional<crypto::HashKey>> dictionary_key(const Range& range);

  DayReaders& days_;
  DayScan& scan_;
  CodeCounts counts_;
};

}  // namespace penstock::store
