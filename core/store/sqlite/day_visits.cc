#include "store/sqlite/day_visits.h"

#include <limits>
#include <utility>

#include "store/columns/visit_blocks.h"
#include "store/sqlite/visit_tables.h"

namespace penstock::store {
namespace {

constexpr Range kAllTimes{std::numeric_limits<std::int64_t>::min(),
                          std::numeric_limits<std::int64_t>::max()};

// Rows that DayColumns shows, at most.
Result<std::size_t> rows_at_most(DayReader& reader) {
  auto count = reader.database().lend(
      reader.has_columns()
          ? "SELECT (SELECT ifnull(sum(rows), 0) FROM chunks) + (SELECT count(*) FROM "
            "changed_rows) + (SELECT count(*) FROM events WHERE rowid > (SELECT "
            "ifnull(max(last_row), -9223372036854775808) FROM chunks))"
          : "SELECT count(*) FROM events");
  if (!count) return fail(count.error());
  PENSTOCK_TRY(count->step());
  return static_cast<std::size_t>(count->integer(0));
}

}  // namespace

Result<void> DayVisits::read(DayReader& reader, std::int64_t day_ms,
                             FunctionRef<Result<void>()> ask) {
  return reader.columns().at_one_moment([&]() -> Result<void> {
    PENSTOCK_TRY(find(reader, day_ms));
    return ask();
  });
}

Result<void> DayVisits::find(DayReader& reader, std::int64_t day_ms) {
  auto written = read_visits(reader.database(), day_ms);
  if (!written) return fail(written.error());
  is_written_ = written->has_value();
  if (!is_written_) return work_out(reader, day_ms);
  parts_ = **std::move(written);
  all_.clear();
  return {};
}

Result<void> DayVisits::work_out(DayReader& reader, std::int64_t day_ms) {
  auto rows = rows_at_most(reader);
  if (!rows) return fail(rows.error());
  VisitBuilder builder(day_ms, *rows);
  VisitRows visit_rows;
  do {
    PENSTOCK_TRY(each_part(reader, [&](const ColumnPart& part) {
      visit_rows.begin_part();
      return scan_.part(reader, part, {}, kAllTimes, ChunkOrder::kByNumber, [&](ChunkRows& left) {
        return visit_rows.add(*part.columns, left, first_ordinal(part, left.chunk()), builder);
      });
    }));
  } while (builder.end_pass());
  parts_ = std::move(builder.parts());
  all_ = std::move(builder.places());
  return {};
}

Result<void> DayVisits::each_part(DayReader& reader,
                                  FunctionRef<Result<void>(const ColumnPart&)> visit) {
  part_ordinal_ = 0;
  return reader.columns().read([&](const ColumnPart& part) -> Result<void> {
    PENSTOCK_TRY(visit(part));
    for (const ChunkInfo& chunk : part.columns->chunks()) part_ordinal_ += chunk.rows;
    return {};
  });
}

std::uint32_t DayVisits::first_ordinal(const ColumnPart& part, const ChunkInfo& chunk) const {
  std::uint32_t ordinal = part_ordinal_;
  for (const ChunkInfo& other : part.columns->chunks()) {
    if (&other == &chunk) break;
    ordinal += other.rows;
  }
  return ordinal;
}

Result<std::span<const VisitPlace>> DayVisits::places(const ColumnPart& part,
                                                      const ChunkInfo& chunk) {
  if (!is_written_)
    return std::span<const VisitPlace>(all_).subspan(first_ordinal(part, chunk), chunk.rows);
  const std::span<VisitPlace> places = std::span(places_).first(chunk.rows);
  PENSTOCK_TRY(read_visit_places(part.columns->blocks(), chunk.number,
                                 static_cast<std::uint32_t>(parts_.size()), places));
  return std::span<const VisitPlace>(places);
}

}  // namespace penstock::store
