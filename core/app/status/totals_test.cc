#include "app/status/totals.h"

#include <gtest/gtest.h>

namespace penstock::app {
namespace {

TEST(Totals, AreThoseOfTheMetrics) {
  const Totals totals =
      totals_of(Metrics("penstock_ingest_events_total{source=\"events\",outcome=\"queued\"} 300\n"
                        "penstock_ingest_events_total{source=\"pixel\",outcome=\"queued\"} 1\n"
                        "penstock_ingest_events_total{source=\"pixel\",outcome=\"spooled\"} 5\n"
                        "penstock_redis_up 0\n"),
                Metrics("penstock_worker_events_total{outcome=\"stored\"} 150\n"
                        "penstock_worker_events_total{outcome=\"duplicate\"} 2\n"
                        "penstock_store_bytes 4096\n"));
  EXPECT_EQ(totals.queued, 301u);
  EXPECT_EQ(totals.spooled, 5u);
  EXPECT_EQ(totals.received(), 306u);
  EXPECT_EQ(totals.rejected, std::nullopt);
  EXPECT_EQ(totals.stored, 150u);
  EXPECT_EQ(totals.duplicates, 2u);
  EXPECT_EQ(totals.store_bytes, 4'096u);
  EXPECT_EQ(totals.is_redis_up, false);
}

TEST(Totals, NameUnknownKeys) {
  const Totals totals =
      totals_of(Metrics("penstock_ingest_unknown_keys_total{prefix=\"pk_abcd\"} 3\n"), Metrics());
  EXPECT_EQ(totals.unknown_keys, (Totals::Counts{{"pk_abcd", 3}}));
}

TEST(Totals, CountTrafficByReason) {
  const Totals totals =
      totals_of(Metrics("penstock_ingest_dropped_total{reason=\"path\"} 0\n"
                        "penstock_ingest_dropped_total{reason=\"agent\"} 7\n"
                        "penstock_ingest_marked_total{reason=\"data_centre\"} 2\n"),
                Metrics());
  EXPECT_EQ(totals.dropped, (Totals::Counts{{"agent", 7}}));
  EXPECT_EQ(totals.marked, (Totals::Counts{{"data_centre", 2}}));
}

TEST(Totals, WithoutMetricsNothingIsKnown) {
  const Totals totals = totals_of(Metrics(), Metrics());
  EXPECT_EQ(totals.received(), std::nullopt);
  EXPECT_EQ(totals.stored, std::nullopt);
  EXPECT_EQ(totals.is_redis_up, std::nullopt);
}

TEST(Totals, HaveARateBetweenTwoReadings) {
  EXPECT_EQ(rate_of(100, 300, 2), 100);
  EXPECT_EQ(rate_of(300, 300, 2), 0);
  EXPECT_EQ(rate_of(300, 10, 2), std::nullopt);  // It was started anew.
  EXPECT_EQ(rate_of(std::nullopt, 10, 2), std::nullopt);
  EXPECT_EQ(rate_of(1, 10, 0), std::nullopt);
}

}  // namespace
}  // namespace penstock::app
