#include "event/sidekiq/texts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace penstock::event {
namespace {

using ::testing::HasSubstr;

TEST(SidekiqTexts, DescribeAProcessForEveryVersion) {
  SidekiqProcessInfo info;
  info.identity = "host:7:00112233aabb";
  info.hostname = "host";
  info.pid = 7;
  info.started_at_ms = 1'795'515'837'000;
  info.tag = "penstock";
  info.version = "1.2.3";
  info.queue = "default";
  EXPECT_EQ(sidekiq_info_text(info),
            R"({"hostname":"host","started_at":1795515837.000,"pid":7,"tag":"penstock",)"
            R"("concurrency":1,"queues":["default"],"weights":[{"default":0}],"labels":[],)"
            R"("identity":"host:7:00112233aabb","version":"1.2.3","embedded":false})");
}

TEST(SidekiqTexts, ShowTheJobInHand) {
  EXPECT_EQ(sidekiq_work_text("low", R"({"class":"X"})", 1'795'509'306'789),
            R"({"queue":"low","payload":"{\"class\":\"X\"}","run_at":1795509306})");
}

TEST(SidekiqTexts, ReplaceAMessageThatThePageCannotShow) {
  for (const char* message : {"no job", "5", "\xb5\x01"}) {
    EXPECT_THAT(sidekiq_work_text("low", message, 0), HasSubstr("Penstock::Batch")) << message;
  }
}

}  // namespace
}  // namespace penstock::event
