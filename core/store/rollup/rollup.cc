#include "store/rollup/rollup.h"

#include "base/check.h"
#include "store/rollup/visitor.h"

namespace penstock::store {
namespace {

std::int64_t start_of(std::int64_t at_s, std::int64_t step_s) { return at_s - at_s % step_s; }

}  // namespace

void RollupBatch::clear() {
  hours_.clear();
  last_ = hours_.end();
}

void RollupBatch::add(const event::Row& row) {
  PENSTOCK_CHECK(row.record.occurred_at_ms >= 0);

  const Key key(row.record.project, start_of(row.record.occurred_at_ms / 1'000, kHourS));
  if (last_ == hours_.end() || last_->first != key) last_ = hours_.try_emplace(key).first;
  Totals& totals = last_->second;
  ++totals.events;
  if (row.is_bot) ++totals.bots;
  totals.visitors.add(visitor_hash(row.record));
}

Result<void> RollupBatch::write(RollupSink& sink) const {
  Table days;
  for (const auto& [key, hour] : hours_) {
    Totals& day = days[{key.first, start_of(key.second, kDayS)}];
    day.events += hour.events;
    day.bots += hour.bots;
    day.visitors.merge(hour.visitors);
  }
  PENSTOCK_TRY(write_step(sink, kHourS, hours_));
  return write_step(sink, kDayS, days);
}

Result<void> RollupBatch::write_step(RollupSink& sink, std::int64_t step_s, const Table& table) {
  for (const auto& [key, totals] : table) {
    const auto& [project, at_s] = key;
    PENSTOCK_TRY(sink.add_count(step_s, project, kTotalCode, at_s, totals.events));
    if (totals.bots > 0) {
      PENSTOCK_TRY(sink.add_count(step_s, project, kBotsCode, at_s, totals.bots));
    }
    PENSTOCK_TRY(sink.merge_sketch(step_s, project, at_s, totals.visitors));
  }
  return {};
}

}  // namespace penstock::store
