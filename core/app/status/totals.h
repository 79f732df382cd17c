// What intake and worker have counted since they started, out of their metrics. What cannot be had
// is nullopt, never 0.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "app/status/metrics_reader.h"

namespace penstock::app {

struct Totals {
  // By a label's value; what counts nothing is left out.
  using Counts = std::vector<std::pair<std::string, std::uint64_t>>;

  std::optional<std::uint64_t> queued, spooled, rejected, refused, connections;
  Counts unknown_keys;     // Events by how keys that are in no list begin.
  Counts dropped, marked;  // Events by the reason of [traffic]'s rules.
  std::optional<std::uint64_t> stored, duplicates, dead;
  std::optional<bool> is_redis_up;
  std::optional<std::uint64_t> spool_bytes, spool_batches;
  std::optional<std::uint64_t> store_bytes;

  // Those that are durable: queued and spooled.
  std::optional<std::uint64_t> received() const;
};

// Of a program that is not to be had, Metrics without samples.
Totals totals_of(const Metrics& ingest, const Metrics& worker);

// Of a count, a second. Nullopt where either is not known, and after a restart between the two.
std::optional<double> rate_of(std::optional<std::uint64_t> before,
                              std::optional<std::uint64_t> after, double seconds);

}  // namespace penstock::app
