#include "queue/redis/server_info.h"

#include <string>

#include <gtest/gtest.h>

namespace penstock::queue {
namespace {

TEST(RedisServerInfo, ReadsALineByItsWholeName) {
  constexpr std::string_view kInfo = "# Memory\r\nused_memory_human:1M\r\nused_memory:12\r\nlast:x";
  EXPECT_EQ(info_value(kInfo, "used_memory"), "12");
  EXPECT_EQ(info_value(kInfo, "last"), "x");
  EXPECT_EQ(info_value(kInfo, "memory"), "");
  EXPECT_EQ(info_value("", "memory"), "");
}

TEST(RedisServerInfo, RefusesWhatIsOlderThanItsCommands) {
  const auto is_refused = [](std::string_view version) {
    return !check_version(std::string("redis_version:").append(version).append("\r\n"));
  };
  for (const char* old : {"2.8.0", "5.0.14", "6.0.5", "5"}) EXPECT_TRUE(is_refused(old)) << old;
  for (const char* fit :
       {"6.0", "6.0.6", "6.0.16", "6.2.0", "7.0.15", "10.1.0", "255.255.255", "odd"}) {
    EXPECT_FALSE(is_refused(fit)) << fit;
  }
  EXPECT_TRUE(check_version(""));
}

}  // namespace
}  // namespace penstock::queue
