#include "intake/ingest_metrics.h"

#include <algorithm>
#include <iterator>
#include <vector>

#include "base/function_ref.h"
#include "base/text.h"
#include "server/metrics.h"

namespace penstock::intake {
namespace {

using Reactors = std::span<const IntakeCounters* const>;

double sum(Reactors reactors, FunctionRef<std::uint64_t(const IntakeCounters&)> value) {
  std::uint64_t total = 0;
  for (const IntakeCounters* reactor : reactors) total += value(*reactor);
  return static_cast<double>(total);
}

void append_requests(server::MetricsWriter& writer, Reactors reactors) {
  writer.family("penstock_ingest_requests_total", "counter", "Requests answered, by status.");
  for (std::size_t status = 100; status < 600; ++status) {
    const double count =
        sum(reactors, [&](const IntakeCounters& c) { return c.server.by_status[status].value(); });
    // A status that never was is left out, but for the one that dashboards begin with.
    if (count > 0 || status == 202) writer.sample({{"code", str_cat(status)}}, count);
  }
}

void append_events(server::MetricsWriter& writer, Reactors reactors) {
  writer.family("penstock_ingest_events_total", "counter", "Events, by protocol and outcome.");
  const auto protocols = adapter::protocols();
  for (std::size_t source = 0; source < protocols.size(); ++source) {
    for (std::size_t outcome = 0; outcome < std::size(kOutcomes); ++outcome) {
      writer.sample({{"source", protocols[source]->name}, {"outcome", kOutcomes[outcome]}},
                    sum(reactors, [&](const IntakeCounters& c) {
                      return c.events[source][outcome].value();
                    }));
    }
  }
}

void append_traffic(server::MetricsWriter& writer, Reactors reactors) {
  writer.family("penstock_ingest_dropped_total", "counter",
                "Events that a rule of [traffic] dropped, by reason; they were answered as taken.");
  for (std::size_t i = 0; i < std::size(kTrafficReasons); ++i) {
    writer.sample({{"reason", kTrafficReasons[i]}}, sum(reactors, [i](const IntakeCounters& c) {
                    return c.traffic.dropped[i].value();
                  }));
  }
  writer.family("penstock_ingest_marked_total", "counter",
                "Events that a rule of [traffic] marked, by reason.");
  for (std::size_t i = 0; i < std::size(kTrafficReasons); ++i) {
    writer.sample({{"reason", kTrafficReasons[i]}}, sum(reactors, [i](const IntakeCounters& c) {
                    return c.traffic.marked[i].value();
                  }));
  }
}

void append_refused_keys(server::MetricsWriter& writer, Reactors reactors) {
  writer.family("penstock_ingest_keys_refused_total", "counter",
                "Requests that were refused for their key, by reason.");
  for (std::size_t i = 0; i < std::size(kKeyReasons); ++i) {
    writer.sample({{"reason", kKeyReasons[i]}}, sum(reactors, [i](const IntakeCounters& c) {
                    return c.refused_keys[i].value();
                  }));
  }
}

void append_gauges(server::MetricsWriter& writer, Reactors reactors) {
  writer.family("penstock_ingest_connections", "gauge", "Open connections.");
  writer.sample(
      sum(reactors, [](const IntakeCounters& c) { return c.server.connections.value(); }));
  writer.family("penstock_ingest_connections_refused_total", "counter",
                "Connections over the limit, or without a descriptor left for them.");
  writer.sample(
      sum(reactors, [](const IntakeCounters& c) { return c.server.connections_refused.value(); }));
  writer.family("penstock_ingest_timeouts_total", "counter",
                "Clients that were too slow to send or to take.");
  writer.sample(sum(reactors, [](const IntakeCounters& c) { return c.server.timeouts.value(); }));
  writer.family("penstock_ingest_inflight_bytes", "gauge", "Of events not yet durable.");
  writer.sample(sum(reactors, [](const IntakeCounters& c) { return c.inflight_bytes.value(); }));
}

// All reactors' producers share one spool and one Redis. Each tells about the whole spool; Redis is
// up where no reactor misses it.
void append_queue(server::MetricsWriter& writer, std::span<const queue::ProducerState> producers) {
  std::uint64_t bytes = 0;
  std::uint64_t bytes_max = 0;
  std::uint64_t batches = 0;
  std::uint64_t bad_segments = 0;
  bool has_redis = false;
  bool is_redis_up = true;
  bool is_redis_evicting = false;
  for (const queue::ProducerState& producer : producers) {
    bytes = std::max(bytes, producer.spool_bytes);
    bytes_max = std::max(bytes_max, producer.spool_bytes_max);
    batches = std::max(batches, producer.spool_batches);
    bad_segments = std::max(bad_segments, producer.spool_bad_segments);
    has_redis = has_redis || producer.has_remote;
    is_redis_up = is_redis_up && producer.is_remote_up;
    is_redis_evicting = is_redis_evicting || producer.is_remote_evicting;
  }
  writer.family("penstock_spool_bytes", "gauge", "Size of the spool on disk.");
  writer.sample(static_cast<double>(bytes));
  writer.family("penstock_spool_max_bytes", "gauge",
                "spool.max_bytes: a spool that has reached it takes no more.");
  writer.sample(static_cast<double>(bytes_max));
  writer.family("penstock_spool_batches", "gauge", "Batches that wait in the spool.");
  writer.sample(static_cast<double>(batches));
  writer.family("penstock_spool_bad_segments", "gauge",
                "Segments that could not be read and were renamed to *.bad.");
  writer.sample(static_cast<double>(bad_segments));
  writer.family("penstock_redis_configured", "gauge", "1 where queue.url names a Redis.");
  writer.sample(has_redis ? 1 : 0);
  writer.family("penstock_redis_up", "gauge",
                "1 where Redis takes batches; 0 also where none is configured.");
  writer.sample(is_redis_up ? 1 : 0);
  writer.family(
      "penstock_redis_evicting", "gauge",
      "1 where Redis has a maxmemory-policy by which it loses events that were answered.");
  writer.sample(is_redis_evicting ? 1 : 0);
}

}  // namespace

void append_ingest_metrics(std::string& out, Reactors reactors,
                           std::span<const queue::ProducerState> producers) {
  server::MetricsWriter writer(out);
  append_requests(writer, reactors);
  append_events(writer, reactors);
  append_traffic(writer, reactors);
  append_refused_keys(writer, reactors);
  append_gauges(writer, reactors);
  std::vector<const Histogram*> histograms;
  for (const IntakeCounters* reactor : reactors) {
    histograms.push_back(&reactor->server.request_seconds);
  }
  writer.histogram("penstock_ingest_request_seconds",
                   "From a request's first byte to its answer, waiting for the queue included.",
                   histograms.data(), histograms.size());
  if (!producers.empty()) append_queue(writer, producers);
}

void append_unknown_keys(std::string& out, const UnknownKeys& keys) {
  server::MetricsWriter writer(out);
  writer.family("penstock_ingest_unknown_keys_total", "counter",
                "Events under a key that is in no list, by its first characters.");
  for (const UnknownKeys::Count& count : keys.counts()) {
    writer.sample({{"prefix", count.prefix}}, static_cast<double>(count.events));
  }
}

}  // namespace penstock::intake
