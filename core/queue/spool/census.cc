#include "queue/spool/census.h"

#include <algorithm>
#include <optional>

#include "queue/spool/cursor.h"
#include "queue/spool/folder.h"
#include "queue/spool/segment.h"

namespace penstock::queue {

Result<SpoolTotals> SpoolCensus::take() {
  SpoolTotals totals;
  totals.bytes = spool_bytes_on_disk(spool_);
  totals.bad_segments = count_bad_segments(spool_);
  auto cursor = SpoolCursorReader::open(spool_);
  ++round_;
  for (const std::string& instance : list_instances(spool_)) {
    for (const SegmentPlace& place : list_segments(spool_, instance)) {
      const std::int64_t done = cursor ? cursor->load(place.text()) : 0;
      const Known* segment = look_at(place.path(spool_), done);
      if (segment == nullptr || segment->last_id <= done) continue;
      totals.batches += static_cast<std::uint64_t>(segment->last_id - done);
      if (totals.oldest_at_ms == 0) totals.oldest_at_ms = segment->head_at_ms;
      totals.oldest_at_ms = std::min(totals.oldest_at_ms, segment->head_at_ms);
    }
  }
  std::erase_if(known_, [this](const auto& entry) { return entry.second.round != round_; });
  return totals;
}

// Null where it cannot be read.
const SpoolCensus::Known* SpoolCensus::look_at(const std::string& path, std::int64_t done) {
  // Asked before it is read: what is written in between changes it again.
  const SegmentTrace trace = trace_of_segment(path);
  Known& known = known_[path];
  known.round = round_;
  if (known.trace == trace && (known.done == done || known.last_id <= done)) return &known;
  known.trace = {};
  auto reader = SegmentReader::open(path);
  if (!reader || !*reader) return nullptr;
  const auto last = (*reader)->last_id();
  const auto head = (*reader)->head_after(done);
  if (!last || !head) return nullptr;
  known = {trace, *last, done, *head ? (*head)->at_ms : 0, round_};
  return &known;
}

Result<QueueState> SpoolCensus::state(std::int64_t now_ms) {
  const auto totals = take();
  if (!totals) return fail(totals.error());
  QueueState state;
  state.depth = totals->batches;
  if (totals->oldest_at_ms > 0) {
    const std::int64_t age_ms = std::max<std::int64_t>(now_ms - totals->oldest_at_ms, 0);
    state.oldest_seconds = static_cast<double>(age_ms) / 1000;
  }
  return state;
}

}  // namespace penstock::queue
