#include "queue/consumer.h"

#include <gtest/gtest.h>

#include "support/temp_dir.h"

namespace penstock::queue {
namespace {

// What the consumers do is tested in queue_test.cc; here, which one is made.
TEST(MakeConsumer, NeedsNoRedisToBeUp) {
  testing::TempDir dir;
  SystemClock clock;
  ConsumerOptions options;
  options.spool.path = dir.path("spool");
  options.worker = "elsewhere:1:a";
  options.redis.emplace();
  options.redis->address.unix_path = dir.path("none.sock");

  auto consumer = make_consumer(options, clock);

  ASSERT_TRUE(consumer);
  EXPECT_EQ((*consumer)->claim(1, 1, 0).error().code, ErrorCode::kDisconnected);
}

TEST(MakeConsumer, NamesConfigurationWhereTheSpoolCannotBe) {
  SystemClock clock;
  ConsumerOptions options;
  options.spool.path = "/proc/none";

  EXPECT_EQ(make_consumer(options, clock).error().code, ErrorCode::kConfiguration);
}

}  // namespace
}  // namespace penstock::queue
