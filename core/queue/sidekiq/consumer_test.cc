#include "queue/sidekiq/consumer.h"

#include <gmock/gmock.h>

#include "base/bytes.h"
#include "event/batch.h"
#include "event/sidekiq/job.h"
#include "event/sidekiq/members.h"
#include "queue/redis/consumer.h"
#include "queue/redis/inspector.h"
#include "queue/redis/redis_testing.h"
#include "support/temp_dir.h"

namespace penstock::queue {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using Texts = std::vector<std::string>;

constexpr std::int64_t kNow = 1'795'515'837'312;
constexpr const char* kJob = R"({"class":"X","args":[5],"jid":"a","queue":"low","retry":true})";

class SidekiqConsumerTest : public SidekiqRedisTest {
 protected:
  std::unique_ptr<SidekiqConsumer> consumer() {
    auto inner = std::make_unique<RedisConsumer>(options_, SpoolOptions{dir_.path("spool"), 1, 1},
                                                 "elsewhere:1:a", clock_);
    return std::make_unique<SidekiqConsumer>(std::move(inner), options_, "ProcessRequestJob",
                                             state_, clock_);
  }
  void push(std::string_view message) { call({"LPUSH", "queue:low", message}); }
  static std::size_t claim(SidekiqConsumer& consumer) {
    auto claimed = consumer.claim(100, 4 << 20, 0);
    EXPECT_TRUE(claimed);
    return claimed ? claimed->messages.size() : 0;
  }
  // The set's one member.
  std::string member(std::string_view set) {
    const Texts all = texts({"ZRANGE", set, "0", "-1"});
    EXPECT_EQ(all.size(), 1U);
    return all.empty() ? "" : all.front();
  }

  testing::TempDir dir_;
  ManualClock clock_{kNow};
  SidekiqState state_;
};

TEST_F(SidekiqConsumerTest, CountsWhatIsStored) {
  push(kJob);
  push(kJob);
  auto consumer = this->consumer();
  ASSERT_EQ(claim(*consumer), 2U);
  EXPECT_THAT(state_.work(), HasSubstr(R"("run_at":1795515837)"));

  ASSERT_TRUE(consumer->release());

  EXPECT_EQ(state_.work(), "");
  const SidekiqCounts counts = state_.take();
  EXPECT_EQ(counts.processed, 2U);
  EXPECT_EQ(counts.failed, 0U);
}

TEST_F(SidekiqConsumerTest, SendsAFailedJobToTheRetries) {
  push(kJob);
  auto consumer = this->consumer();
  ASSERT_EQ(claim(*consumer), 1U);
  ASSERT_TRUE(consumer->set_aside(kJob, "read a job: its first argument is no object"));
  ASSERT_TRUE(consumer->release());

  const auto job = event::SidekiqMembers::parse(member("retry"));
  ASSERT_TRUE(job);
  EXPECT_EQ(job->json("args"), "[5]");
  EXPECT_EQ(job->text("jid"), "a");
  EXPECT_EQ(job->integer("retry_count"), 0);
  EXPECT_EQ(job->time_ms("failed_at"), kNow);
  EXPECT_EQ(job->text("error_class"), "Penstock::UnreadableJob");
  EXPECT_EQ(job->text("error_message"), "read a job: its first argument is no object");
  const double wait_s = std::stod(text({"ZSCORE", "retry", member("retry")})) - kNow / 1e3;
  EXPECT_GE(wait_s, 14.9);
  EXPECT_LE(wait_s, 24.1);

  EXPECT_EQ(number({"LLEN", "queue:low"}), 0);
  const SidekiqCounts counts = state_.take();
  EXPECT_EQ(counts.processed, 1U);
  EXPECT_EQ(counts.failed, 1U);
}

// Sent to the retries it would kill again, and whatever reads it here may be what it kills by.
TEST_F(SidekiqConsumerTest, SetsWhatKillsItsWorkerAsideUnread) {
  push(kJob);
  std::unique_ptr<SidekiqConsumer> consumer;
  for (std::uint32_t i = 1; i <= kReceiptsMax; ++i) {
    consumer = this->consumer();  // The one before died with its claim.
    EXPECT_EQ(consumer->claim(100, 4 << 20, 0)->receipts, i);
    EXPECT_NE(state_.work(), "");
  }
  consumer = this->consumer();
  ASSERT_EQ(consumer->claim(100, 4 << 20, 0)->receipts, kReceiptsMax + 1);
  EXPECT_EQ(state_.work(), "");
  ASSERT_TRUE(consumer->set_aside(kJob, "the worker died 3 times with it"));
  ASSERT_TRUE(consumer->release());

  EXPECT_EQ(number({"LLEN", "queue:low:dead"}), 1);
  EXPECT_EQ(number({"EXISTS", "retry"}), 0);
  EXPECT_EQ(state_.take().failed, 1U);
}

TEST_F(SidekiqConsumerTest, BuriesAnExhaustedJobAndForgetsOldDead) {
  call({"ZADD", "dead", "1779000000.5", "long dead"});
  const std::string job = R"({"class":"X","args":[5],"retry":1,"retry_count":0})";
  push(job);
  auto consumer = this->consumer();
  ASSERT_EQ(claim(*consumer), 1U);

  ASSERT_TRUE(consumer->set_aside(job, "reason"));

  EXPECT_THAT(member("dead"), HasSubstr(R"("retry_count":1)"));
  EXPECT_THAT(texts({"KEYS", "retry"}), IsEmpty());
}

TEST_F(SidekiqConsumerTest, BuriesWhatIsNoJsonByteForByteAndDoesNotCountIt) {
  const std::string message = "no \xff job";
  push(message);
  auto consumer = this->consumer();
  ASSERT_EQ(claim(*consumer), 1U);
  ASSERT_TRUE(consumer->set_aside(message, "reason"));
  ASSERT_TRUE(consumer->release());

  EXPECT_EQ(member("dead"), message);
  const SidekiqCounts counts = state_.take();
  EXPECT_EQ(counts.processed, 0U);
  EXPECT_EQ(counts.failed, 0U);
}

TEST_F(SidekiqConsumerTest, DeadJobsAreSeenByTheInspector) {
  call({"ZADD", "dead", "1", "one", "2", "two"});
  call({"LPUSH", "queue:low:dead", "three"});
  RedisInspector inspector(options_, {dir_.path("spool"), 1, 1}, clock_);
  EXPECT_EQ(inspector.dead_letters().value(), 3U);
}

TEST_F(SidekiqConsumerTest, DropsAJobThatWantsNoRetryButCountsIt) {
  const std::string job = R"({"class":"X","args":[5],"retry":false})";
  push(job);
  auto consumer = this->consumer();
  ASSERT_EQ(claim(*consumer), 1U);
  ASSERT_TRUE(consumer->set_aside(job, "reason"));
  ASSERT_TRUE(consumer->release());

  EXPECT_EQ(number({"EXISTS", "retry", "dead", "queue:low", "queue:low:dead"}), 0);
  EXPECT_EQ(state_.take().failed, 1U);
}

// Its own pages cannot show JSON that is no object.
TEST_F(SidekiqConsumerTest, KeepsWhatIsNoJobOutOfSidekiqsSets) {
  push("[1]");
  auto consumer = this->consumer();
  ASSERT_EQ(claim(*consumer), 1U);

  ASSERT_TRUE(consumer->set_aside("[1]", "reason"));

  EXPECT_EQ(number({"EXISTS", "retry", "dead"}), 0);
  EXPECT_EQ(number({"LLEN", "queue:low:dead"}), 1);
}

// The worker hands an event that the store refuses as a native batch: the job is found by its id.
TEST_F(SidekiqConsumerTest, FindsTheJobOfARefusedEvent) {
  const std::string first =
      R"({"class":"X","args":[{"name":"one"}],"jid":"1","bid":"b","retry":true})";
  const std::string second =
      R"({"class":"X","args":[{"name":"two"}],"jid":"2","bid":"c","retry":true})";
  push(first);
  push(second);
  auto consumer = this->consumer();
  ASSERT_EQ(claim(*consumer), 2U);
  std::string padded = second;
  reserve_padding(padded);
  event::SidekiqJobReader reader;
  const auto record = reader.read(padded, kNow);
  ASSERT_TRUE(record);
  event::BatchWriter writer;
  writer.add(*record);

  ASSERT_TRUE(consumer->set_aside(writer.finish(), "the store refuses this event by itself"));

  EXPECT_THAT(member("retry"), HasSubstr(R"("args":[{"name":"two"}],"jid":"2","bid":"c")"));
  EXPECT_THAT(member("retry"), HasSubstr(R"("error_class":"Penstock::RefusedEvent")"));
}

TEST_F(SidekiqConsumerTest, MakesAJobOfARefusedEventThatCameInABatch) {
  event::Record record;
  record.id = event::id_of_client("default", "1", kNow);
  record.received_at_ms = record.occurred_at_ms = kNow;
  record.project = "default";
  record.source = "events";
  record.name = "pageview";
  event::BatchWriter writer;
  writer.add(record);
  push(writer.finish());
  auto consumer = this->consumer();
  ASSERT_EQ(claim(*consumer), 1U);
  EXPECT_THAT(state_.work(), HasSubstr("Penstock::Batch"));

  ASSERT_TRUE(consumer->set_aside(writer.finish(), "refused"));

  EXPECT_THAT(member("retry"), HasSubstr(R"("class":"ProcessRequestJob")"));
  EXPECT_THAT(member("retry"), HasSubstr(record.id.hex()));
}

TEST_F(SidekiqConsumerTest, LeavesADamagedBatchToTheDeadLetters) {
  push("\xb5 damaged");
  auto consumer = this->consumer();
  ASSERT_EQ(claim(*consumer), 1U);

  ASSERT_TRUE(consumer->set_aside("\xb5 damaged", "reason"));

  EXPECT_EQ(number({"LLEN", "queue:low:dead"}), 1);
}

TEST_F(SidekiqConsumerTest, ClaimsNothingOnceItIsQuiet) {
  push(kJob);
  auto consumer = this->consumer();
  state_.quieten();

  EXPECT_EQ(claim(*consumer), 0U);
  EXPECT_EQ(number({"LLEN", "queue:low"}), 1);
}

TEST_F(SidekiqConsumerTest, ReportsThatAFailureCouldNotBeKept) {
  push(kJob);
  auto consumer = this->consumer();
  ASSERT_EQ(claim(*consumer), 1U);
  call({"SET", "retry", "not a set"});

  EXPECT_FALSE(consumer->set_aside(kJob, "reason"));

  call({"DEL", "retry"});
  EXPECT_TRUE(consumer->set_aside(kJob, "reason"));
}

TEST_F(SidekiqConsumerTest, KeepsAFailureInTheSpoolWhereRedisIsFull) {
  push(kJob);
  auto consumer = this->consumer();
  ASSERT_EQ(claim(*consumer), 1U);
  make_full();

  ASSERT_TRUE(consumer->set_aside(kJob, "reason"));

  EXPECT_EQ(DeadLetterFile(dir_.path("spool")).count().value(), 1U);
}

}  // namespace
}  // namespace penstock::queue
