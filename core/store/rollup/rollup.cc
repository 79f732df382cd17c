#include "store/rollup/rollup.h"

#include <algorithm>
#include <tuple>

#include "base/check.h"
#include "base/hash.h"
#include "store/contract/dimension.h"
#include "store/rollup/visitor.h"

namespace penstock::store {
namespace {

constexpr std::size_t kTableSlotsMin = 1'024;

std::int64_t start_of(std::int64_t at_s, std::int64_t step_s) { return at_s - at_s % step_s; }

}  // namespace

RollupBatch::RollupBatch() : table_(kTableSlotsMin), last_sketch_(sketches_.end()) {}

void RollupBatch::clear() {
  projects_.clear();
  counts_.clear();
  std::fill(table_.begin(), table_.end(), 0);
  minutes_ = 0;
  sketches_.clear();
  last_sketch_ = sketches_.end();
}

void RollupBatch::add(const event::Row& row) {
  PENSTOCK_CHECK(row.record.occurred_at_ms >= 0);

  const std::int64_t minute_s = start_of(row.record.occurred_at_ms / 1'000, kMinuteS);
  const std::uint32_t project = index_of(row.record.project);
  const auto count_minute = [&](std::int64_t code, std::string_view value) {
    count(kMinuteS, project, static_cast<std::uint32_t>(code), minute_s, value, 1);
  };
  count_minute(kTotalCode, {});
  if (row.is_bot) count_minute(kBotsCode, {});
  for (int i = 0; i < kRollupDimensions; ++i) {
    const auto dimension = static_cast<Dimension>(i);
    const std::string_view value = value_of(row, dimension);
    if (!value.empty()) count_minute(rollup_code(dimension), value);
  }
  add_visitor(project, minute_s, visitor_hash(row.record));
  minutes_ = counts_.size();
}

// A batch names few projects, and mostly the same one again.
std::uint32_t RollupBatch::index_of(std::string_view project) {
  const auto found = std::find(projects_.rbegin(), projects_.rend(), project);
  if (found != projects_.rend()) {
    return static_cast<std::uint32_t>(projects_.rend() - found - 1);
  }
  projects_.push_back(project);
  return static_cast<std::uint32_t>(projects_.size() - 1);
}

void RollupBatch::count(std::uint32_t step_s, std::uint32_t project, std::uint32_t code,
                        std::int64_t at_s, std::string_view value, std::uint64_t events) {
  if ((counts_.size() + 1) * 2 > table_.size()) grow_table();
  const std::uint64_t seed = static_cast<std::uint64_t>(at_s) << 28 ^ std::uint64_t{project} << 12 ^
                             std::uint64_t{step_s / 60} << 5 ^ code;
  const std::uint64_t hash = hash64(value, seed);
  const std::size_t mask = table_.size() - 1;
  for (std::size_t slot = hash & mask;; slot = (slot + 1) & mask) {
    if (table_[slot] == 0) {
      counts_.push_back({hash, at_s, value, events, project, step_s, code});
      table_[slot] = static_cast<std::uint32_t>(counts_.size());
      return;
    }
    Count& entry = counts_[table_[slot] - 1];
    if (entry.hash == hash && entry.at_s == at_s && entry.code == code &&
        entry.project == project && entry.step_s == step_s && entry.value == value) {
      entry.events += events;
      return;
    }
  }
}

void RollupBatch::grow_table() {
  table_.assign(table_.size() * 2, 0);
  const std::size_t mask = table_.size() - 1;
  for (std::size_t i = 0; i < counts_.size(); ++i) {
    std::size_t slot = counts_[i].hash & mask;
    while (table_[slot] != 0) slot = (slot + 1) & mask;
    table_[slot] = static_cast<std::uint32_t>(i + 1);
  }
}

void RollupBatch::add_visitor(std::uint32_t project, std::int64_t minute_s, std::uint64_t hash) {
  const SketchKey key(project, minute_s);
  if (last_sketch_ == sketches_.end() || last_sketch_->first != key) {
    last_sketch_ = sketches_.try_emplace(key).first;
  }
  last_sketch_->second.add(hash);
}

void RollupBatch::fold(std::uint32_t step_s) {
  for (std::size_t i = 0; i < minutes_; ++i) {
    const Count minute = counts_[i];  // A copy: count() may move the vector.
    count(step_s, minute.project, minute.code, start_of(minute.at_s, step_s), minute.value,
          minute.events);
  }
}

RollupBatch::Sketches RollupBatch::folded_sketches(std::int64_t step_s) const {
  Sketches folded;
  for (const auto& [key, sketch] : sketches_) {
    folded[SketchKey(key.first, start_of(key.second, step_s))].merge(sketch);
  }
  return folded;
}

// In the order of the table's key, so that neighbours meet the same pages. The hash table no longer
// matches afterwards: only clear() may follow.
void RollupBatch::sort_counts() {
  std::sort(counts_.begin(), counts_.end(), [this](const Count& a, const Count& b) {
    if (a.step_s != b.step_s) return a.step_s < b.step_s;
    if (a.project != b.project) return projects_[a.project] < projects_[b.project];
    return std::tie(a.code, a.at_s, a.value) < std::tie(b.code, b.at_s, b.value);
  });
}

Result<void> RollupBatch::write(RollupSink& sink) {
  PENSTOCK_TRY(sink.begin());
  fold(kHourS);
  fold(kDayS);
  sort_counts();
  for (const Count& entry : counts_) {
    PENSTOCK_TRY(sink.add_count(entry.step_s, projects_[entry.project], entry.code, entry.at_s,
                                entry.value, entry.events));
  }
  PENSTOCK_TRY(write_sketches(sink, kMinuteS, sketches_));
  PENSTOCK_TRY(write_sketches(sink, kHourS, folded_sketches(kHourS)));
  return write_sketches(sink, kDayS, folded_sketches(kDayS));
}

Result<void> RollupBatch::write_sketches(RollupSink& sink, std::uint32_t step_s,
                                         const Sketches& sketches) {
  for (const auto& [key, sketch] : sketches) {
    PENSTOCK_TRY(sink.merge_sketch(step_s, projects_[key.first], key.second, sketch));
  }
  return {};
}

}  // namespace penstock::store
