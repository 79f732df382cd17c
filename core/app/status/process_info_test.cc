#include "app/status/process_info.h"

#include <gtest/gtest.h>
#include <unistd.h>

namespace penstock::app {
namespace {

TEST(ProcessInfo, KnowsThisProcess) {
  const auto info = process_info(getpid());
  ASSERT_TRUE(info);
  EXPECT_LT(info->uptime_s, 3'600);
  EXPECT_GT(info->rss_bytes, 100'000u);
}

TEST(ProcessInfo, KnowsNothingOfOneThatIsNotThere) {
  EXPECT_FALSE(process_info(1 << 30));
  EXPECT_FALSE(process_info(0));
}

}  // namespace
}  // namespace penstock::app
