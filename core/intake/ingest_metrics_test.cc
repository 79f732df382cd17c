#include "intake/ingest_metrics.h"

#include <memory>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace penstock::intake {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(IngestMetrics, SumTheReactors) {
  const auto first = std::make_unique<IntakeCounters>();
  const auto second = std::make_unique<IntakeCounters>();
  first->server.count(202);
  second->server.count(202);
  second->server.count(503);
  first->events[0][0].add(3);
  second->events[1][2].add();
  first->server.connections.set(4);
  second->inflight_bytes.set(100);
  second->server.request_seconds.observe_us(400);
  const IntakeCounters* reactors[] = {first.get(), second.get()};

  std::string out;
  append_ingest_metrics(out, reactors, {});

  EXPECT_THAT(out, HasSubstr("penstock_ingest_requests_total{code=\"202\"} 2\n"));
  EXPECT_THAT(out, HasSubstr("penstock_ingest_requests_total{code=\"503\"} 1\n"));
  EXPECT_THAT(out, Not(HasSubstr("code=\"404\"")));
  EXPECT_THAT(out,
              HasSubstr("penstock_ingest_events_total{source=\"events\",outcome=\"queued\"} 3\n"));
  EXPECT_THAT(out,
              HasSubstr("penstock_ingest_events_total{source=\"pixel\",outcome=\"rejected\"} 1\n"));
  EXPECT_THAT(out, HasSubstr("penstock_ingest_connections 4\n"));
  EXPECT_THAT(out, HasSubstr("penstock_ingest_inflight_bytes 100\n"));
  EXPECT_THAT(out, HasSubstr("penstock_ingest_request_seconds_count 1\n"));
  EXPECT_THAT(out, Not(HasSubstr("penstock_spool_bytes")));
}

TEST(IngestMetrics, TellAboutTheQueueOnce) {
  const auto counters = std::make_unique<IntakeCounters>();
  const IntakeCounters* reactors[] = {counters.get()};
  queue::ProducerState up;
  up.has_remote = true;
  up.is_remote_up = true;
  up.spool_bytes = 10;
  up.spool_bytes_max = 1'000;
  up.spool_batches = 2;
  up.spool_bad_segments = 1;
  queue::ProducerState down = up;
  down.is_remote_up = false;
  down.is_remote_evicting = true;
  const queue::ProducerState producers[] = {up, down};

  std::string out;
  append_ingest_metrics(out, reactors, producers);

  EXPECT_THAT(out, HasSubstr("penstock_spool_bytes 10\n"));
  EXPECT_THAT(out, HasSubstr("penstock_spool_batches 2\n"));
  EXPECT_THAT(out, HasSubstr("penstock_spool_bad_segments 1\n"));
  EXPECT_THAT(out, HasSubstr("penstock_spool_max_bytes 1000\n"));
  EXPECT_THAT(out, HasSubstr("penstock_redis_configured 1\n"));
  EXPECT_THAT(out, HasSubstr("penstock_redis_up 0\n"));
  EXPECT_THAT(out, HasSubstr("penstock_redis_evicting 1\n"));
}

TEST(IngestMetrics, CountUnknownKeysByHowTheyBegin) {
  UnknownKeys keys;
  std::string none;
  append_unknown_keys(none, keys);
  EXPECT_THAT(none, HasSubstr("# TYPE penstock_ingest_unknown_keys_total counter\n"));

  keys.note(KeyPrefix("pk_abcdefghijklmnop"), UnknownKeys::Fate::kTaken, 3, 0);
  keys.note(KeyPrefix("\"quoted\" and more of it"), UnknownKeys::Fate::kRefused, 1, 0);
  std::string out;
  append_unknown_keys(out, keys);
  EXPECT_THAT(out, HasSubstr("penstock_ingest_unknown_keys_total{prefix=\"pk_abcd\"} 3\n"));
  EXPECT_THAT(out, HasSubstr("{prefix=\"\\\"quoted\"} 1\n"));
}

}  // namespace
}  // namespace penstock::intake
