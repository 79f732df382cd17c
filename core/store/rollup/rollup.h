// Events, bots and visitors of one batch, gathered in memory: of hours, and of days, which are
// folded from them when the batch is written. What else is asked of events is in columns.
#pragma once

#include <cstdint>
#include <map>
#include <string_view>
#include <utility>

#include "base/error.h"
#include "event/row.h"
#include "store/rollup/hyperloglog.h"
#include "store/rollup/rollup_sink.h"

namespace penstock::store {

class RollupBatch {
 public:
  // Borrows the project's text until write() or clear(). The row is as it is stored: its address
  // says who the visitor is. Requires occurred_at_ms >= 0.
  void add(const event::Row& row);

  // Adds everything to the sink, inside the caller's transaction: hours, then days, each in the
  // order of (project, time).
  Result<void> write(RollupSink& sink) const;

  void clear();

 private:
  struct Totals {
    std::uint64_t events = 0;
    std::uint64_t bots = 0;
    HyperLogLog visitors;
  };
  using Key = std::pair<std::string_view, std::int64_t>;  // Project and time.
  using Table = std::map<Key, Totals>;

  static Result<void> write_step(RollupSink& sink, std::int64_t step_s, const Table& table);

  Table hours_;
  Table::iterator last_ = hours_.end();  // A batch's rows are mostly of one hour.
};

}  // namespace penstock::store
