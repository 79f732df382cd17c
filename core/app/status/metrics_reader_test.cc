#include "app/status/metrics_reader.h"

#include <gtest/gtest.h>

namespace penstock::app {
namespace {

TEST(Metrics, SumsSamplesByNameAndLabel) {
  const Metrics metrics(
      "# HELP events_total Events.\n"
      "# TYPE events_total counter\n"
      "events_total{source=\"events\",outcome=\"queued\"} 10\n"
      "events_total{source=\"pixel\",outcome=\"queued\"} 5\n"
      "events_total{source=\"pixel\",outcome=\"refused\"} 1\n"
      "depth 1.5e3\n"
      "build_info{version=\"0.1.0\",text=\"a\\\"b,}\"} 1");
  EXPECT_EQ(metrics.sum("events_total"), 16);
  EXPECT_EQ(metrics.sum("events_total", "outcome", "queued"), 15);
  EXPECT_EQ(metrics.sum("depth"), 1500);
  EXPECT_EQ(metrics.label("build_info", "version"), "0.1.0");
  EXPECT_EQ(metrics.label("build_info", "text"), "a\"b,}");
  const std::vector<std::pair<std::string, double>> by_source = {
      {"events", 10}, {"pixel", 5}, {"pixel", 1}};
  EXPECT_EQ(metrics.by_label("events_total", "source"), by_source);
}

TEST(Metrics, TellsAbsentFromZero) {
  const Metrics metrics("zero 0\n");
  EXPECT_EQ(metrics.sum("zero"), 0);
  EXPECT_EQ(metrics.sum("none"), std::nullopt);
  EXPECT_EQ(metrics.sum("zero", "a", "b"), std::nullopt);
  EXPECT_EQ(metrics.label("zero", "a"), "");
}

TEST(Metrics, PassesOverWhatIsNoSample) {
  const Metrics metrics(
      "\n\nnovalue\nbad{a=b} 1\nbad{a=\"b 1\nbad{a=\"b\" 1\nbad x\ngood 1\n{} 2\n");
  EXPECT_EQ(metrics.sum("bad"), std::nullopt);
  EXPECT_EQ(metrics.sum("good"), 1);
}

}  // namespace
}  // namespace penstock::app
