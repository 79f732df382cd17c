#include "store/sqlite/value_charts.h"

#include <unordered_set>

#include "store/columns/conditions.h"
#include "store/columns/steps.h"
#include "store/rollup/rollup_sink.h"

namespace penstock::store {

using Known = Columns::Word::Known;

Result<std::vector<ValueSeries>> ValueCharts::ask(const Range& range, const Step& step,
                                                  const Facet& facet,
                                                  const std::vector<std::string>& values,
                                                  const Filter& filter) {
  const Range inside = storable_range(range);
  auto steps = Steps::of(inside, step);
  if (!steps) return fail(steps.error());
  places_.clear();
  for (const std::string& value : values) {
    places_.try_emplace(value, static_cast<std::uint32_t>(places_.size()));
  }
  counts_ = std::vector(places_.size(), SeriesCounts(*steps));
  positions_.assign(places_.size(), {});
  if (!steps->empty()) {
    PENSTOCK_TRY(days_.each(inside, [&](DayReader& reader, std::int64_t) {
      return reader.columns().read(
          [&](const ColumnPart& part) { return add_part(reader, part, inside, facet, filter); });
    }));
  }
  std::vector<ValueSeries> all;
  all.reserve(values.size());
  for (const std::string& value : values) {
    const SeriesCounts& counts = counts_[places_.at(value)];
    all.push_back({counts.series(), counts.all_events(), counts.all_visitors().count()});
  }
  return all;
}

Result<void> ValueCharts::add_part(DayReader& reader, const ColumnPart& part, const Range& range,
                                   const Facet& facet, const Filter& filter) {
  auto column = find_facet(*part.columns, facet);
  if (!column) return fail(column.error());
  PartCodes codes;
  if (column->known == Known::kCode) {
    auto found = codes_of(*part.columns, column->code);
    if (!found) return fail(found.error());
    codes = *std::move(found);
  }
  const auto add_chunk = [&](ChunkRows& rows) -> Result<void> {
    for (auto& positions : positions_) positions.clear();
    PENSTOCK_TRY(sort_rows(reader, rows, facet, *column, codes));
    for (std::size_t place = 0; place < positions_.size(); ++place) {
      if (positions_[place].empty()) continue;
      rows.narrow(positions_[place]);
      PENSTOCK_TRY(counts_[place].add(rows));
    }
    return {};
  };
  return scan_.part(reader, part, filter, range, ChunkOrder::kByNumber, add_chunk);
}

Result<ValueCharts::PartCodes> ValueCharts::codes_of(Columns& columns, ColumnNumber column) {
  std::unordered_set<std::uint64_t> wanted;
  for (const auto& [value, place] : places_) wanted.insert(columns.hash_of(value));
  std::vector<std::uint32_t> alike;
  std::uint32_t words = 0;
  PENSTOCK_TRY(
      columns.hashes(column, [&](std::uint32_t first_code, std::span<const std::uint64_t> hashes) {
        words = first_code + static_cast<std::uint32_t>(hashes.size());
        for (std::size_t i = 0; i < hashes.size(); ++i) {
          const auto code = first_code + static_cast<std::uint32_t>(i);
          if (code >= kFirstCode && wanted.contains(hashes[i])) alike.push_back(code);
        }
      }));
  PartCodes codes;
  codes.places.assign(kFirstCode, kNoPlace);
  std::size_t found = 0;
  const auto put = [&](std::uint32_t code, const std::string& text) {
    const auto place = places_.find(text);
    if (place == places_.end()) return;
    if (code >= codes.places.size()) codes.places.resize(code + 1, kNoPlace);
    codes.places[code] = place->second;
    ++found;
  };
  put(kEmptyCode, {});
  put(kOtherCode, std::string(kOtherValue));
  PENSTOCK_TRY(columns.texts(column, alike, [&](std::size_t place, std::string_view text) {
    put(alike[place], std::string(text));
  }));
  codes.asks_others = words >= words_max(column) && found < places_.size();
  return codes;
}

Result<void> ValueCharts::sort_rows(DayReader& reader, ChunkRows& rows, const Facet& facet,
                                    const Columns::Word& column, const PartCodes& codes) {
  if (column.known == Known::kMaybeOther) return read_rows(reader, rows, facet);
  if (column.known == Known::kAbsent) {
    put_all({}, rows);
    return {};
  }
  auto chunk = rows.codes(column.code);
  if (!chunk) return fail(chunk.error());
  switch (chunk->kept) {
    case Columns::Kept::kEmpty:
      put_all({}, rows);
      return {};
    case Columns::Kept::kInRows:
      return read_rows(reader, rows, facet);
    case Columns::Kept::kCodes:
      break;
  }
  std::vector<std::uint16_t> others;
  for (const std::uint16_t position : rows.positions()) {
    const std::uint32_t code = chunk->codes[position];
    if (code == kOtherCode && codes.asks_others) others.push_back(position);
    const std::uint32_t place = code < codes.places.size() ? codes.places[code] : kNoPlace;
    if (place != kNoPlace) positions_[place].push_back(position);
  }
  if (others.empty()) return {};
  rows.narrow(others);
  return read_rows(reader, rows, facet);
}

Result<void> ValueCharts::read_rows(DayReader& reader, ChunkRows& rows, const Facet& facet) {
  return scan_.values(reader, rows, facet, [&](std::uint16_t position, std::string_view value) {
    const auto place = places_.find(std::string(value));
    if (place != places_.end()) positions_[place->second].push_back(position);
  });
}

void ValueCharts::put_all(std::string_view value, ChunkRows& rows) {
  const auto place = places_.find(std::string(value));
  if (place == places_.end()) return;
  const auto positions = rows.positions();
  positions_[place->second].assign(positions.begin(), positions.end());
}

}  // namespace penstock::store
