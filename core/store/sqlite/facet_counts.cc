#include "store/sqlite/facet_counts.h"

#include "store/columns/conditions.h"

namespace penstock::store {
namespace {

// The code that all rows have which the filter leaves; nullopt where it does not say so.
Result<std::optional<std::uint32_t>> only_code(Columns& columns, ColumnNumber column,
                                               const Facet& facet, const Filter& filter) {
  const Subject subject = subject_of(facet);
  for (const Condition& condition : filter.conditions) {
    if (condition.comparison != Comparison::kIs || condition.subject != subject) continue;
    auto word = columns.find(column, condition.operand);
    if (!word) return fail(word.error());
    // Words that had no room are many under that code.
    if (word->known == Columns::Word::Known::kCode && word->code != kOtherCode) return word->code;
  }
  return std::optional<std::uint32_t>();
}

}  // namespace

Result<std::vector<TopEntry>> FacetCounts::list(
    const Range& range, const Facet& facet, std::uint32_t limit,
    FunctionRef<Result<void>(WordTotals& totals)> add_all) {
  auto key = dictionary_key(range);
  if (!key) return fail(key.error());
  WordTotals totals(limit, *key);
  do {
    totals.begin();
    PENSTOCK_TRY(add_all(totals));
    totals.choose();
    PENSTOCK_TRY(days_.each(range, [&](DayReader& reader, std::int64_t) {
      return reader.columns().read([&](const ColumnPart& part) -> Result<void> {
        auto column = find_facet(*part.columns, facet);
        if (!column) return fail(column.error());
        if (column->known != Columns::Word::Known::kCode) return {};
        return totals.name(*part.columns, column->code);
      });
    }));
  } while (totals.must_repeat());
  return totals.entries();
}

// Of the newest day that has one: all days of a store have the same, but for those that were
// brought from elsewhere.
Result<std::optional<crypto::HashKey>> FacetCounts::dictionary_key(const Range& range) {
  std::optional<crypto::HashKey> found;
  PENSTOCK_TRY(days_.each_newest_first(range, [&](DayReader& reader, std::int64_t) -> Result<bool> {
    auto key = reader.dictionary_key();
    if (!key) return fail(key.error());
    found = *key;
    return !found;
  }));
  return found;
}

Result<void> FacetCounts::add(DayReader& reader, const ColumnPart& part, const Range& range,
                              const Facet& facet, const Filter& filter, Narrow narrow,
                              WordTotals& totals) {
  auto column = find_facet(*part.columns, facet);
  if (!column) return fail(column.error());
  const bool has_code = column->known == Columns::Word::Known::kCode;
  std::optional<std::uint32_t> only;
  if (has_code) {
    auto found = only_code(*part.columns, column->code, facet, filter);
    if (!found) return fail(found.error());
    only = *found;
  }
  const auto add_rows = [&](ChunkRows& rows) {
    return scan_.values(reader, rows, facet,
                        [&](std::uint16_t, std::string_view value) { totals.add_text(value, 1); });
  };
  const auto add_chunk = [&](ChunkRows& rows) -> Result<void> {
    PENSTOCK_TRY(narrow(rows));
    if (only) return counts_.add(*only, rows.positions().size());
    if (column->known == Columns::Word::Known::kAbsent) {
      return counts_.add(kEmptyCode, rows.positions().size());
    }
    if (column->known == Columns::Word::Known::kMaybeOther) return add_rows(rows);
    auto codes = rows.codes(column->code);
    if (!codes) return fail(codes.error());
    if (codes->kept == Columns::Kept::kInRows) return add_rows(rows);
    if (codes->kept == Columns::Kept::kCodes) return counts_.add(codes->codes, rows.positions());
    return counts_.add(kEmptyCode, rows.positions().size());
  };
  counts_.clear();
  PENSTOCK_TRY(scan_.part(reader, part, filter, range, ChunkOrder::kByNumber, add_chunk));
  if (!has_code) {
    totals.add_text({}, counts_.counts().empty() ? 0 : counts_.counts()[kEmptyCode]);
    return {};
  }
  return totals.add(*part.columns, column->code, counts_.counts());
}

}  // namespace penstock::store
