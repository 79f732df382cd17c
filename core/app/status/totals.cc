#include "app/status/totals.h"

#include <cmath>
#include <string_view>

namespace penstock::app {
namespace {

constexpr std::string_view kIngestEvents = "penstock_ingest_events_total";
constexpr std::string_view kWorkerEvents = "penstock_worker_events_total";

std::optional<std::uint64_t> whole(std::optional<double> number) {
  if (!number || *number < 0) return std::nullopt;
  return static_cast<std::uint64_t>(std::llround(*number));
}

Totals::Counts counted_by(const Metrics& metrics, std::string_view family, std::string_view label) {
  Totals::Counts counts;
  for (const auto& [value, count] : metrics.by_label(family, label)) {
    const std::uint64_t events = whole(count).value_or(0);
    if (events > 0) counts.emplace_back(value, events);
  }
  return counts;
}

}  // namespace

std::optional<std::uint64_t> Totals::received() const {
  if (!queued && !spooled) return std::nullopt;
  return queued.value_or(0) + spooled.value_or(0);
}

Totals totals_of(const Metrics& ingest, const Metrics& worker) {
  Totals totals;
  totals.queued = whole(ingest.sum(kIngestEvents, "outcome", "queued"));
  totals.spooled = whole(ingest.sum(kIngestEvents, "outcome", "spooled"));
  totals.rejected = whole(ingest.sum(kIngestEvents, "outcome", "rejected"));
  totals.refused = whole(ingest.sum(kIngestEvents, "outcome", "refused"));
  totals.connections = whole(ingest.sum("penstock_ingest_connections"));
  totals.unknown_keys = counted_by(ingest, "penstock_ingest_unknown_keys_total", "prefix");
  totals.dropped = counted_by(ingest, "penstock_ingest_dropped_total", "reason");
  totals.marked = counted_by(ingest, "penstock_ingest_marked_total", "reason");
  totals.spool_bytes = whole(ingest.sum("penstock_spool_bytes"));
  totals.spool_batches = whole(ingest.sum("penstock_spool_batches"));
  totals.stored = whole(worker.sum(kWorkerEvents, "outcome", "stored"));
  totals.duplicates = whole(worker.sum(kWorkerEvents, "outcome", "duplicate"));
  totals.dead = whole(worker.sum(kWorkerEvents, "outcome", "dead"));
  totals.store_bytes = whole(worker.sum("penstock_store_bytes"));
  if (const auto up = ingest.sum("penstock_redis_up")) totals.is_redis_up = *up > 0;
  return totals;
}

std::optional<double> rate_of(std::optional<std::uint64_t> before,
                              std::optional<std::uint64_t> after, double seconds) {
  if (!before || !after || *after < *before || seconds <= 0) return std::nullopt;
  return static_cast<double>(*after - *before) / seconds;
}

}  // namespace penstock::app
