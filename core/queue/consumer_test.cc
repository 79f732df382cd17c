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
  options.queue.spool.path = dir.path("spool");
  options.worker = "elsewhere:1:a";
  options.queue.url = "redis+unix://" + dir.path("none.sock");

  auto consumer = make_consumer(options, clock);

  ASSERT_TRUE(consumer);
  EXPECT_EQ((*consumer)->claim(1, 1, 0).error().code, ErrorCode::kDisconnected);
}

TEST(MakeConsumer, RefusesAUrlThatIsNone) {
  testing::TempDir dir;
  SystemClock clock;
  ConsumerOptions options;
  options.queue.spool.path = dir.path();
  for (const char* url : {"", "nats://h", "redis://", "spool:x", "rediss://"}) {
    options.queue.url = url;
    EXPECT_EQ(make_consumer(options, clock).error().code, ErrorCode::kConfiguration) << url;
    EXPECT_EQ(make_inspector(options, clock).error().code, ErrorCode::kConfiguration) << url;
  }
}

TEST(MakeConsumer, NamesConfigurationWhereTheSpoolCannotBe) {
  SystemClock clock;
  ConsumerOptions options;
  options.queue.spool.path = "/proc/none";

  EXPECT_EQ(make_consumer(options, clock).error().code, ErrorCode::kConfiguration);
}

}  // namespace
}  // namespace penstock::queue
