#include "store/columns/series_counts.h"

#include <numeric>

#include "store/columns/aggregates.h"

namespace penstock::store {

Result<void> SeriesCounts::add(ChunkRows& rows) {
  if (rows.positions().empty()) return {};
  auto visitors = rows.sketched_visitors();
  if (!visitors) return fail(visitors.error());
  return visit_buckets(rows, steps_,
                       [&](std::size_t step, std::span<const std::uint16_t> positions) {
                         events_[step] += positions.size();
                         store::add_visitors(*visitors, positions, sketches_[step]);
                       });
}

Series SeriesCounts::series() const {
  Series series{steps_.at_s(), events_, {}};
  series.visitors.reserve(sketches_.size());
  for (const HyperLogLog& sketch : sketches_) series.visitors.push_back(sketch.count());
  return series;
}

std::uint64_t SeriesCounts::all_events() const {
  return std::accumulate(events_.begin(), events_.end(), std::uint64_t{0});
}

HyperLogLog SeriesCounts::all_visitors() const {
  HyperLogLog all;
  for (const HyperLogLog& sketch : sketches_) all.merge(sketch);
  return all;
}

}  // namespace penstock::store
