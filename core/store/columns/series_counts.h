// Events and visitors by step, of the rows that a scan leaves.
#pragma once

#include <utility>
#include <vector>

#include "base/error.h"
#include "store/columns/scan.h"
#include "store/columns/steps.h"
#include "store/contract/queries.h"
#include "store/rollup/hyperloglog.h"

namespace penstock::store {

class SeriesCounts {
 public:
  explicit SeriesCounts(Steps steps)
      : steps_(std::move(steps)), events_(steps_.size()), sketches_(steps_.size()) {}

  const Steps& steps() const { return steps_; }

  // No row is before the first step.
  Result<void> add(ChunkRows& rows);
  // Of a time in the steps.
  void add_events(std::int64_t at_s, std::uint64_t events) { events_[step_of(at_s)] += events; }
  void add_visitors(std::int64_t at_s, const HyperLogLog& sketch) {
    sketches_[step_of(at_s)].merge(sketch);
  }

  Series series() const;
  std::uint64_t all_events() const;
  HyperLogLog all_visitors() const;

 private:
  std::size_t step_of(std::int64_t at_s) const { return steps_.index_of(at_s * 1'000); }

  const Steps steps_;
  std::vector<std::uint64_t> events_;
  std::vector<HyperLogLog> sketches_;
};

}  // namespace penstock::store
