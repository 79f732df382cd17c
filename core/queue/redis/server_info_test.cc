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

TEST(RedisServerInfo, NamesThePolicyThatEvicts) {
  constexpr std::string_view kLimit = "maxmemory:8388608\r\nmaxmemory_policy:";
  for (const char* policy :
       {"allkeys-lru", "allkeys-lfu", "allkeys-random", "volatile-lru", "volatile-ttl"}) {
    EXPECT_EQ(evicting_policy_of(std::string(kLimit) + policy + "\r\n"), policy);
  }
  EXPECT_EQ(evicting_policy_of(std::string(kLimit) + "noeviction\r\n"), "");
  EXPECT_EQ(evicting_policy_of("maxmemory:0\r\nmaxmemory_policy:allkeys-lru\r\n"), "");
  EXPECT_EQ(evicting_policy_of(""), "");
}

TEST(RedisServerInfo, WarnsOfAllThatLosesAnsweredEvents) {
  EXPECT_TRUE(redis_warnings("").empty());
  const auto warnings = redis_warnings(
      "maxmemory:1\r\nmaxmemory_policy:allkeys-lru\r\naof_enabled:0\r\nrole:slave\r\n");
  ASSERT_EQ(warnings.size(), 3U);
  EXPECT_NE(warnings[0].find("allkeys-lru"), std::string::npos);
  EXPECT_NE(warnings[1].find("append-only"), std::string::npos);
  EXPECT_NE(warnings[2].find("replica"), std::string::npos);
}

}  // namespace
}  // namespace penstock::queue
