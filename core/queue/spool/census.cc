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
  auto cursor = SpoolCursorReader::open(spool_);
  ++round_;
  for (const std::string& instance : list_instances(spool_)) {
    const bool is_dead = is_instance_dead(spool_, instance);
    for (const SegmentPlace& place : list_segments(spool_, instance)) {
      const std::string path = place.path(spool_);
      const std::int64_t done = cursor ? cursor->load(place.text()) : 0;
      const auto known = closed_.find(path);
      if (known != closed_.end() && totals.oldest_at_ms != 0) {
        known->second.round = round_;
        totals.batches +=
            static_cast<std::uint64_t>(std::max<std::int64_t>(known->second.last_id - done, 0));
        continue;
      }
      // Asked before it is read: what is written in between makes it no less closed.
      const bool is_closed = is_dead || is_segment_closed(path);
      auto reader = SegmentReader::open(path);
      if (!reader || !*reader) continue;
      const auto last = (*reader)->last_id();
      const auto head = (*reader)->head_after(done);
      if (!last || !head) continue;
      if (is_closed) closed_[path] = {*last, round_};
      if (!*head) continue;
      totals.batches += static_cast<std::uint64_t>(*last - done);
      if (totals.oldest_at_ms == 0) totals.oldest_at_ms = (*head)->at_ms;
      totals.oldest_at_ms = std::min(totals.oldest_at_ms, (*head)->at_ms);
    }
  }
  std::erase_if(closed_, [this](const auto& entry) { return entry.second.round != round_; });
  return totals;
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
