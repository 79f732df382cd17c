#include "cli/setup/redis_files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "queue/redis/options.h"

namespace penstock::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(RedisFiles, HoldWhatKeepsEvents) {
  const std::string text = redis_configuration({"64mb", "everysec", "secret"});
  for (const char* line :
       {"\nport 0\n", "\nappendonly yes\n", "\nappendfsync everysec\n", "\nmaxmemory 64mb\n",
        "\nmaxmemory-policy noeviction\n", "\nuser default off resetpass ~* &* +@all\n",
        "\nuser penstock on >secret ~* resetchannels -@all +", " +lpush ", " +evalsha "}) {
    EXPECT_THAT(text, HasSubstr(line));
  }
  EXPECT_THAT(text, Not(HasSubstr("+flush")));
  EXPECT_THAT(text, Not(HasSubstr("+config")));
}

TEST(RedisFiles, AgreeOnSocketUserAndPassword) {
  const OwnRedis redis{"64mb", "always", "secret"};
  const std::string text = redis_settings(redis);
  const std::size_t begin = text.find('"') + 1;
  const auto address = queue::parse_redis_url(text.substr(begin, text.rfind('"') - begin));
  ASSERT_TRUE(address) << to_text(address.error());
  EXPECT_EQ(address->user, "penstock");
  EXPECT_EQ(address->password, "secret");
  EXPECT_THAT(redis_configuration(redis), HasSubstr("\nunixsocket " + address->unix_path + "\n"));
}

TEST(RedisFiles, KnowASizeOfMemory) {
  for (const char* good : {"256mb", "2gb", "1048576", "512kb"}) EXPECT_TRUE(is_memory_size(good));
  for (const char* bad : {"", "0", "mb", "256 mb", "256MiB", "-1", "1tb", "0mb", "1mb\nsave"}) {
    EXPECT_FALSE(is_memory_size(bad)) << bad;
  }
}

}  // namespace
}  // namespace penstock::cli
