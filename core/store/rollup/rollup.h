// Counts and visitor sketches of one batch, gathered in memory.
//
// One table entry for each minute, project, dimension and value, whatever the number of rows. Hours
// and days are folded from the minutes when the batch is written, and only then does the store see
// anything: one call of its RollupSink an entry.
#pragma once

#include <cstdint>
#include <map>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "event/row.h"
#include "store/rollup/hyperloglog.h"
#include "store/rollup/rollup_sink.h"

namespace penstock::store {

// Reusable: clear() keeps the tables' capacity.
class RollupBatch {
 public:
  RollupBatch();

  // Borrows the row's texts until write() or clear(). Requires occurred_at_ms >= 0.
  void add(const event::Row& row);

  // Adds everything to the sink, in the order of (step, project, dimension, time, value), inside
  // the caller's transaction.
  Result<void> write(RollupSink& sink);

  void clear();

 private:
  struct Count {
    std::uint64_t hash;
    std::int64_t at_s;
    std::string_view value;
    std::uint64_t events;
    std::uint32_t project;  // Index into projects_.
    std::uint32_t step_s;
    std::uint32_t code;
  };
  using SketchKey = std::pair<std::uint32_t, std::int64_t>;  // Project and time.
  using Sketches = std::map<SketchKey, HyperLogLog>;

  std::uint32_t index_of(std::string_view project);
  void count(std::uint32_t step_s, std::uint32_t project, std::uint32_t code, std::int64_t at_s,
             std::string_view value, std::uint64_t events);
  void grow_table();
  void add_visitor(std::uint32_t project, std::int64_t minute_s, std::uint64_t hash);
  void fold(std::uint32_t step_s);
  void sort_counts();
  Result<void> write_sketches(RollupSink& sink, std::uint32_t step_s, const Sketches& sketches);
  Sketches folded_sketches(std::int64_t step_s) const;

  std::vector<std::string_view> projects_;
  std::vector<Count> counts_;
  std::vector<std::uint32_t> table_;  // Open addressing: index into counts_ plus one, 0 is free.
  std::size_t minutes_ = 0;           // How many of counts_ are minutes, before any fold.
  Sketches sketches_;
  Sketches::iterator last_sketch_;
};

}  // namespace penstock::store
