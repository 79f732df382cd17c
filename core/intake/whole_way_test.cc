#include <gtest/gtest.h>

#include "crypto/secrets.h"
#include "event/batch.h"
#include "intake/intake.h"
#include "queue/consumer.h"
#include "support/loop_thread.h"
#include "support/loopback_client.h"
#include "support/temp_dir.h"

namespace penstock::intake {
namespace {

using testing::LoopbackClient;

// The whole way of an event to the disk, with the real spool behind.
TEST(Intake, KeepsAnAnsweredEventInTheSpool) {
  crypto::start_crypto();
  const testing::TempDir dir;
  const SystemClock clock;
  IntakeOptions options;
  options.listen = {"127.0.0.1:0"};
  options.producer.queue.spool.path = dir.path("spool");
  const auto counters = std::make_unique<IntakeCounters>();
  testing::LoopThread thread;
  auto intake = Intake::start(options, IntakeSettings(), thread.loop(), clock, *counters);
  ASSERT_TRUE(intake) << to_text(intake.error());
  const std::uint16_t port = (*intake)->port();
  EXPECT_EQ((*intake)->addresses().size(), 1u);
  thread.start();

  LoopbackClient client(port);
  const std::string body = R"({"name":"kept"})";
  const auto answer = client.ask("POST /v1/events HTTP/1.1\r\nHost: h\r\nContent-Length: " +
                                 std::to_string(body.size()) + "\r\n\r\n" + body);
  EXPECT_EQ(answer.status, 202);
  thread.stop();
  intake->reset();

  queue::ConsumerOptions consumer_options;
  consumer_options.queue.spool = options.producer.queue.spool;
  consumer_options.worker = "test";
  auto consumer = queue::make_consumer(consumer_options, clock);
  ASSERT_TRUE(consumer) << to_text(consumer.error());
  const auto claim = (*consumer)->claim(10, 1 << 20, 5'000);
  ASSERT_TRUE(claim);
  ASSERT_EQ(claim->messages.size(), 1u);
  auto reader = event::BatchReader::open(claim->messages[0]);
  ASSERT_TRUE(reader);
  event::Record record;
  ASSERT_TRUE(*reader->next(record));
  EXPECT_EQ(record.name, "kept");
  EXPECT_TRUE((*consumer)->release());
}

TEST(Intake, DoesNotStartWhereTheSpoolCannotBeUsed) {
  const SystemClock clock;
  IntakeOptions options;
  options.listen = {"127.0.0.1:0"};
  options.producer.queue.spool.path = "/proc/none/spool";
  const auto counters = std::make_unique<IntakeCounters>();
  io::Loop loop;
  EXPECT_FALSE(Intake::start(options, IntakeSettings(), loop, clock, *counters));
}

}  // namespace
}  // namespace penstock::intake
