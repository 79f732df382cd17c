#include <fstream>

#include <gtest/gtest.h>

#include "app/program.h"
#include "support/temp_dir.h"

namespace penstock::app {
namespace {

Config config_in(const testing::TempDir& dir) {
  Config config;
  config.state_dir = dir.path();
  return config;
}

TEST(LayerOptions, UseTheSpoolUnlessRedisIsNamed) {
  Config config;
  config.state_dir = "/data";
  EXPECT_EQ(producer_options(config, 3).queue.url, "spool:");
  EXPECT_EQ(producer_options(config, 3).reactor, 3u);
  EXPECT_EQ(producer_options(config, 3).queue.spool.path, "/data/spool");

  config.queue.url = "redis://127.0.0.1:6380/2";
  config.queue.timeout_ms = 300;
  const auto options = consumer_options(config).queue;
  EXPECT_EQ(options.url, "redis://127.0.0.1:6380/2");
  EXPECT_EQ(options.key, "penstock:events");
  EXPECT_EQ(options.sidekiq_queue, "");
  EXPECT_EQ(options.timeout_ms, 300);
}

TEST(LayerOptions, UseSidekiqsListForItsFormat) {
  Config config;
  config.queue.url = "redis://127.0.0.1:6379/0";
  config.queue.format = "sidekiq";
  config.queue.sidekiq_queue = "low";
  EXPECT_EQ(producer_options(config, 0).queue.sidekiq_queue, "low");
  EXPECT_EQ(intake_options(config, 0).format, intake::QueueFormat::kSidekiq);
  EXPECT_EQ(intake_options(config, 0).sidekiq_queue, "low");

  config.queue.url = "spool:";
  EXPECT_EQ(consumer_options(config).queue.sidekiq_queue, "") << "which no Sidekiq reads";
}

// A working list has its worker's name: two workers with one name would release each other's
// claims.
TEST(LayerOptions, GiveEveryWorkerANameOfItsOwn) {
  EXPECT_NE(consumer_options(Config()).worker, consumer_options(Config()).worker);
}

TEST(LayerOptions, KeepSegmentsSmallerThanASmallSpool) {
  Config config;
  config.spool.max_bytes = 1'000'000;
  EXPECT_EQ(producer_options(config, 0).queue.spool.segment_bytes, 250'000u);
  config.spool.max_bytes = 1;
  EXPECT_EQ(producer_options(config, 0).queue.spool.segment_bytes, 1u);
  EXPECT_EQ(producer_options(Config(), 0).queue.spool.segment_bytes, 67'108'864u);
}

TEST(LayerOptions, ShareTheProcesssLimitsAmongReactors) {
  const testing::TempDir dir;
  Config config = config_in(dir);
  config.ingest.max_inflight_bytes = 1'001;
  config.ingest.max_connections = 10;
  const auto settings = intake_settings(config, 4);
  ASSERT_TRUE(settings);
  EXPECT_EQ(settings->inflight_bytes_max, 251u);
  EXPECT_EQ(settings->limits.connections_max, 3u);
}

TEST(LayerOptions, CarryEveryIntakeSetting) {
  const testing::TempDir dir;
  Config config = config_in(dir);
  config.ingest.max_header_bytes = 4'096;
  config.ingest.max_body_bytes = 1;
  config.ingest.max_inflated_bytes = 2;
  config.ingest.max_event_bytes = 3;
  config.ingest.header_timeout_ms = 4;
  config.ingest.body_timeout_ms = 5;
  config.ingest.idle_timeout_ms = 6;
  config.ingest.proxy_protocol = true;
  config.ingest.require_key = true;
  config.ingest.script_path = "/assets/site.js";
  config.ingest.max_target_bytes = 9'000;
  config.ingest.ack = "none";
  config.ingest.trusted_proxies = {"10.0.0.0/8"};
  const auto settings = intake_settings(config, 1);
  ASSERT_TRUE(settings);
  EXPECT_EQ(settings->limits.parser.header_bytes_max, 4'096u);
  EXPECT_EQ(settings->limits.parser.target_bytes_max, 9'000u);
  EXPECT_EQ(settings->limits.parser.body_bytes_max, 1u);
  EXPECT_EQ(settings->inflated_bytes_max, 2u);
  EXPECT_EQ(settings->event_bytes_max, 3u);
  EXPECT_EQ(settings->limits.header_timeout_ms, 4);
  EXPECT_EQ(settings->limits.body_timeout_ms, 5);
  EXPECT_EQ(settings->limits.idle_timeout_ms, 6);
  EXPECT_TRUE(settings->listener.proxy_protocol);
  EXPECT_TRUE(settings->require_key);
  EXPECT_EQ(settings->script_path, "/assets/site.js");
  EXPECT_FALSE(settings->ack_durable);
  const auto proxy = http::Address::parse("10.1.2.3");
  ASSERT_TRUE(proxy);
  EXPECT_TRUE(settings->trusted_proxies.contains(*proxy));
  EXPECT_TRUE(settings->limits.trusted_proxies.contains(*proxy));
}

TEST(LayerOptions, CountReactors) {
  IngestConfig config;
  EXPECT_GE(reactor_count(config), 1u);
  config.threads = 3;
  EXPECT_EQ(reactor_count(config), 3u);
}

TEST(LayerOptions, RefuseABrokenKeysFile) {
  const testing::TempDir dir;
  std::ofstream(dir.path("keys.json")) << "{";
  EXPECT_FALSE(intake_settings(config_in(dir), 1));
}

}  // namespace
}  // namespace penstock::app
