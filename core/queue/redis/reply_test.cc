#include "queue/redis/reply.h"

#include <gtest/gtest.h>

namespace penstock::queue {
namespace {

TEST(RedisReply, TellsRefusalsApart) {
  EXPECT_EQ(refusal_of("OOM command not allowed when used memory > 'maxmemory'."),
            WriteRefusal::kFull);
  EXPECT_EQ(refusal_of("MISCONF Redis is configured to save RDB snapshots"), WriteRefusal::kNotNow);
  EXPECT_EQ(refusal_of("NOREPLICAS Not enough good replicas to write."), WriteRefusal::kNotNow);
  EXPECT_EQ(refusal_of("READONLY You can't write against a read only replica."),
            WriteRefusal::kNotHere);
  EXPECT_EQ(refusal_of("LOADING Redis is loading the dataset in memory"), WriteRefusal::kNotHere);
  EXPECT_EQ(refusal_of("NOAUTH Authentication required."), WriteRefusal::kForbidden);
  EXPECT_EQ(refusal_of("WRONGTYPE Operation against a key"), WriteRefusal::kForbidden);
  EXPECT_EQ(refusal_of("SOMETHING new"), WriteRefusal::kNotNow);
  EXPECT_EQ(refusal_of(""), WriteRefusal::kNotNow);
  EXPECT_EQ(refusal_of("ERR Error running script (call to f_ab): @user_script:1: @user_script: 1: "
                       "OOM command not allowed when used memory > 'maxmemory'."),
            WriteRefusal::kFull);
  EXPECT_EQ(refusal_of("ERR Error running script (call to f_ab): @user_script:1:"),
            WriteRefusal::kNotNow);
}

TEST(RedisReply, SaysWhatACallerShouldDo) {
  EXPECT_EQ(to_error("OOM command not allowed", "s").code, ErrorCode::kOverloaded);
  EXPECT_EQ(to_error("MISCONF Redis is configured", "s").code, ErrorCode::kOverloaded);
  EXPECT_EQ(to_error("READONLY You can't", "s").code, ErrorCode::kDisconnected);
  EXPECT_EQ(to_error("NOAUTH Authentication required.", "s").code, ErrorCode::kConfiguration);
  EXPECT_EQ(to_text(to_error("NOAUTH Authentication required.", "read the list")),
            "read the list: NOAUTH Authentication required.");
}

TEST(RedisReply, ReadsWhetherRedisForgets) {
  EXPECT_TRUE(is_forgetful("# Persistence\r\nloading:0\r\naof_enabled:0\r\naof_rewrite:0\r\n"));
  EXPECT_FALSE(is_forgetful("# Persistence\r\nloading:0\r\naof_enabled:1\r\n"));
  EXPECT_FALSE(is_forgetful("NOPERM this user has no permissions"));
}

TEST(RedisReply, ReadsTheMemoryOfInfo) {
  const auto memory = parse_memory(
      "# Memory\r\nused_memory:1048576\r\nused_memory_human:1.00M\r\ntotal_system_maxmemory:9\r\n"
      "maxmemory:8388608\r\nmaxmemory_human:8.00M\r\n");

  ASSERT_TRUE(memory);
  EXPECT_EQ(memory->used, 1'048'576U);
  EXPECT_EQ(memory->max, 8'388'608U);
}

TEST(RedisReply, TakesAMissingLimitForNone) {
  EXPECT_EQ(parse_memory("used_memory:5\r\n")->max, 0U);
  EXPECT_FALSE(parse_memory(""));
  EXPECT_FALSE(parse_memory("used_memory:many\r\n"));
}

}  // namespace
}  // namespace penstock::queue
