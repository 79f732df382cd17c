#include <gtest/gtest.h>

#include "base/text.h"
#include "cli/doctor/doctor_testing.h"
#include "support/redis_server.h"

namespace penstock::cli {
namespace {

TEST(DoctorRedis, IsNotAskedForTheSpool) {
  const TempDir dir;
  EXPECT_EQ(look(check_redis, config_in(dir)).at(0).verdict, Verdict::kOk);
}

TEST(DoctorRedis, SaysThatItCannotBeReached) {
  const TempDir dir;
  app::Config config = config_in(dir);
  config.queue.url = "redis://127.0.0.1:1/0";
  const Finding finding = look(check_redis, config).at(0);
  EXPECT_EQ(finding.verdict, Verdict::kFail);
  EXPECT_NE(finding.where.find("127.0.0.1:1"), std::string::npos);
}

// It is there, and does not like us or we not it: starting it would not help.
TEST(DoctorRedis, SaysWhatAPersonHasToCorrect) {
  const TempDir dir;
  app::Config config = config_in(dir);
  config.queue.url = "rediss://127.0.0.1:1/0";
  config.queue.tls_ca = dir.path("none");
  const Finding finding = look(check_redis, config).at(0);
  EXPECT_EQ(finding.verdict, Verdict::kFail);
  EXPECT_EQ(finding.what.find("use queue.tls_ca: "), 0u);
  EXPECT_EQ(finding.todo, "correct what it names, here or in Redis");
}

TEST(DoctorRedis, NamesWhatItLacks) {
  const TempDir dir;
  app::Config config = config_in(dir);
  testing::RedisServer redis({"--appendonly", "no"});
  ASSERT_TRUE(redis.start());
  config.queue.url = str_cat("redis://127.0.0.1:", redis.port(), "/0");
  const auto found = look(check_redis, config);
  ASSERT_FALSE(found.empty());
  for (const Finding& finding : found) {
    EXPECT_EQ(finding.verdict, Verdict::kWarn);
    EXPECT_FALSE(finding.todo.empty());
  }
}

}  // namespace
}  // namespace penstock::cli
