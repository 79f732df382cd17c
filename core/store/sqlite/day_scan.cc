#include "store/sqlite/day_scan.h"

namespace penstock::store {

Result<void> DayScan::part(DayReader& reader, const ColumnPart& part, const Filter& filter,
                           const Range& range, ChunkOrder order,
                           FunctionRef<Result<void>(ChunkRows& rows)> visit) {
  const auto ask_row = [&](std::int64_t row_id) -> Result<bool> {
    bool is_left = false;
    auto is_there = reader.read_row(
        row_id, [&](const event::Row& row) { is_left = match_.is_left(filter, row); });
    if (!is_there) return fail(is_there.error());
    return is_left;
  };
  return scanner_->scan(part, filter, range, order, ask_row, visit);
}

Result<void> DayScan::day(DayReader& reader, const Filter& filter, const Range& range,
                          ChunkOrder order, FunctionRef<Result<void>(ChunkRows& rows)> visit) {
  return reader.columns().read([&](const ColumnPart& part) {
    return this->part(reader, part, filter, range, order, visit);
  });
}

Result<void> DayScan::find(DayReader& reader, const Filter& filter, FirstRows& first) {
  return day(reader, filter, first.range(), first.chunk_order(),
             [&](ChunkRows& rows) { return first.add(rows); });
}

Result<void> DayScan::values(
    DayReader& reader, ChunkRows& rows, const Facet& facet,
    FunctionRef<void(std::uint16_t position, std::string_view value)> visit) {
  auto row_ids = rows.row_ids();
  if (!row_ids) return fail(row_ids.error());
  std::size_t read = 0;
  for (const std::uint16_t position : rows.positions()) {
    if (read++ % kRowsALook == 0 && should_stop_()) {
      return fail(ErrorCode::kOverloaded, "read a value of rows");
    }
    auto is_there = reader.read_row((*row_ids)[position], [&](const event::Row& row) {
      visit(position, match_.value(facet, row));
    });
    if (!is_there) return fail(is_there.error());
  }
  return {};
}

}  // namespace penstock::store
