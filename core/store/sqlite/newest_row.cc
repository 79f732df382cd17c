#include "store/sqlite/newest_row.h"

#include <algorithm>
#include <vector>

namespace penstock::store {

// The newest day has it, most often; of the days before it, those are looked at whose files have
// changed since.
Result<std::optional<std::int64_t>> NewestRow::received_ms(const Range& range,
                                                           const Filter& filter) {
  row_id_ = std::numeric_limits<std::int64_t>::min();
  received_ms_.reset();
  const std::vector<std::int64_t> days = days_.days(range.from_ms, range.to_ms);
  for (auto day_ms = days.rbegin(); day_ms != days.rend(); ++day_ms) {
    if (received_ms_ && !days_.has_changed_since(*day_ms, changed_behind_ns(row_id_))) continue;
    PENSTOCK_TRY(
        days_.visit(*day_ms, [&](DayReader& reader) { return this->look(reader, range, filter); }));
  }
  return received_ms_;
}

Result<void> NewestRow::look(DayReader& reader, const Range& range, const Filter& filter) {
  return reader.columns().read([&](const ColumnPart& part) -> Result<void> {
    const auto chunks = part.columns->chunks();
    if (std::none_of(chunks.begin(), chunks.end(),
                     [this](const ChunkInfo& chunk) { return chunk.last_row > row_id_; })) {
      return {};
    }
    Range left = range;
    return scan_.part(reader, part, filter, left, ChunkOrder::kLastStoredFirst,
                      [&](ChunkRows& rows) -> Result<void> {
                        auto row_ids = rows.row_ids();
                        if (!row_ids) return fail(row_ids.error());
                        left.from_ms = left.to_ms = std::numeric_limits<std::int64_t>::max();
                        return take(reader, (*row_ids)[rows.positions().back()]);
                      });
  });
}

Result<void> NewestRow::take(DayReader& reader, std::int64_t row_id) {
  if (row_id <= row_id_) return {};
  auto is_there = reader.read_row(row_id, [&](const event::Row& row) {
    row_id_ = row_id;
    received_ms_ = row.record.received_at_ms;
  });
  if (!is_there) return fail(is_there.error());
  return {};
}

}  // namespace penstock::store
