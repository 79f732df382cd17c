#include "server/metrics.h"

#include <ctime>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/text.h"

namespace penstock::server {
namespace {

using ::testing::HasSubstr;

TEST(MetricsWriter, WritesAFamilyAndItsSamples) {
  std::string out;
  MetricsWriter writer(out);
  writer.family("x_total", "counter", "What it counts.");
  writer.sample({{"code", "200"}, {"way", "a\"b\\c\nd"}}, 1'234'567);
  writer.family("y", "gauge", "A ratio.");
  writer.sample(0.25);

  EXPECT_EQ(out,
            "# HELP x_total What it counts.\n"
            "# TYPE x_total counter\n"
            "x_total{code=\"200\",way=\"a\\\"b\\\\c\\nd\"} 1234567\n"
            "# HELP y A ratio.\n"
            "# TYPE y gauge\n"
            "y 0.25\n");
}

TEST(MetricsWriter, CumulatesAndSumsTheReactorsHistograms) {
  Histogram first;
  Histogram second;
  first.observe_us(100);
  second.observe_us(200);
  second.observe_us(60'000'000);
  std::string out;
  MetricsWriter(out).histogram("t_seconds", "Times.", {&first, &second});

  EXPECT_THAT(out, HasSubstr("# TYPE t_seconds histogram\n"));
  EXPECT_THAT(out, HasSubstr("t_seconds_bucket{le=\"0.0001\"} 1\n"));
  EXPECT_THAT(out, HasSubstr("t_seconds_bucket{le=\"0.00025\"} 2\n"));
  EXPECT_THAT(out, HasSubstr("t_seconds_bucket{le=\"30\"} 2\n"));
  EXPECT_THAT(out, HasSubstr("t_seconds_bucket{le=\"+Inf\"} 3\n"));
  EXPECT_THAT(out, HasSubstr("t_seconds_sum 60.0003\n"));
  EXPECT_THAT(out, HasSubstr("t_seconds_count 3\n"));
}

double value_of(const std::string& text, const std::string& name) {
  const std::size_t at = text.find("\n" + name + " ");
  return at == std::string::npos ? -1 : std::stod(text.substr(at + name.size() + 2));
}

TEST(ProcessMetrics, TellAboutThisProcess) {
  std::string out;
  append_process_metrics(out, "test", "1.2.3");

  EXPECT_GT(value_of(out, "process_resident_memory_bytes"), 1e6);
  EXPECT_GE(value_of(out, "process_open_fds"), 3);
  EXPECT_GE(value_of(out, "process_max_fds"), value_of(out, "process_open_fds"));
  const double start = value_of(out, "process_start_time_seconds");
  EXPECT_NEAR(start, static_cast<double>(std::time(nullptr)), 3600);
  EXPECT_THAT(out, HasSubstr("penstock_build_info{program=\"test\",version=\"1.2.3\"} 1\n"));
}

TEST(ProcessMetrics, TellTheSameStartEachTime) {
  const auto start = [] {
    std::string out;
    append_process_metrics(out, "test", "1.2.3");
    return value_of(out, "process_start_time_seconds");
  };
  EXPECT_EQ(start(), start());
  EXPECT_LE(start(), static_cast<double>(std::time(nullptr)) + 1);
}

TEST(FreeBytes, AreThoseOfTheFoldersFileSystem) {
  std::string out;
  append_free_bytes(out, "penstock_store_free_bytes", "/tmp");
  EXPECT_GT(value_of(out, "penstock_store_free_bytes"), 0) << out;

  std::string none;
  append_free_bytes(none, "penstock_store_free_bytes", "/nowhere/at/all");
  EXPECT_EQ(value_of(none, "penstock_store_free_bytes"), -1) << none;
}

}  // namespace
}  // namespace penstock::server
