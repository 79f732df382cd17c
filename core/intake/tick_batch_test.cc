#include "intake/tick_batch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "event/limits.h"

namespace penstock::intake {
namespace {

using ::testing::HasSubstr;

constexpr std::size_t kNoLimit = 1u << 30;

event::Record record_of(std::string_view name, std::string_view properties = {}) {
  event::Record record;
  record.project = "default";
  record.source = "events";
  record.name = name;
  record.properties = properties;
  return record;
}

TickBatch native_batch() { return {QueueFormat::kNative, "", ""}; }

std::vector<std::string> names_in(const std::string& message) {
  auto reader = event::BatchReader::open(message);
  EXPECT_TRUE(reader);
  std::vector<std::string> names;
  event::Record record;
  while (*reader->next(record)) names.emplace_back(record.name);
  return names;
}

TEST(TickBatch, GathersTheEventsOfSeveralRequestsInOneMessage) {
  TickBatch batch = native_batch();
  for (const char* name : {"a", "b", "c"}) {
    batch.begin_request(kNoLimit, 1);
    ASSERT_TRUE(batch.add(record_of(name)));
    EXPECT_EQ(batch.request_events(), 1u);
    EXPECT_GT(batch.request_bytes(), 0u);
  }
  queue::Submission submission;
  batch.take_into(submission);

  ASSERT_EQ(submission.messages.size(), 1u);
  EXPECT_EQ(names_in(submission.messages[0]), (std::vector<std::string>{"a", "b", "c"}));
  EXPECT_EQ(submission.events, 3u);
  EXPECT_EQ(submission.bytes, submission.messages[0].size());
  EXPECT_EQ(batch.events(), 0u);
  EXPECT_EQ(batch.bytes(), 0u);
}

TEST(TickBatch, TakesARefusedRequestOutAndNothingElse) {
  TickBatch batch = native_batch();
  batch.begin_request(kNoLimit, 1);
  batch.add(record_of("kept"));
  const std::uint64_t bytes = batch.bytes();
  batch.begin_request(kNoLimit, 1);
  batch.add(record_of("out"));
  batch.add(record_of("out too"));
  batch.roll_back();
  EXPECT_EQ(batch.bytes(), bytes);
  EXPECT_EQ(batch.request_events(), 0u);

  queue::Submission submission;
  batch.take_into(submission);
  EXPECT_EQ(names_in(submission.messages.at(0)), std::vector<std::string>{"kept"});
}

// A request may fill several messages before it is refused.
TEST(TickBatch, TakesARefusedRequestOutOfAllItsMessages) {
  TickBatch batch = native_batch();
  const std::string properties = "\"" + std::string(400'000, 'x') + "\"";
  batch.begin_request(kNoLimit, 1);
  batch.add(record_of("kept"));
  batch.begin_request(kNoLimit, 1);
  for (int i = 0; i < 9; ++i) batch.add(record_of("out", properties));
  batch.roll_back();
  batch.begin_request(kNoLimit, 1);
  batch.add(record_of("after"));

  queue::Submission submission;
  batch.take_into(submission);
  ASSERT_EQ(submission.messages.size(), 1u);
  EXPECT_EQ(names_in(submission.messages[0]), (std::vector<std::string>{"kept", "after"}));
}

TEST(TickBatch, BeginsAnotherMessageAtTheLimitOfBytes) {
  TickBatch batch = native_batch();
  const std::string properties = "\"" + std::string(400'000, 'x') + "\"";
  batch.begin_request(kNoLimit, 1);
  for (int i = 0; i < 10; ++i) batch.add(record_of("e", properties));

  for (int round = 0; round < 2; ++round) {  // The second reuses what the first left.
    queue::Submission submission;
    batch.take_into(submission);
    EXPECT_EQ(submission.messages.size(), 5u);
    EXPECT_EQ(submission.events, 10u);
    std::size_t events = 0;
    for (const std::string& message : submission.messages) {
      EXPECT_LE(message.size(), event::kBatchBytesMax);
      events += names_in(message).size();
    }
    EXPECT_EQ(events, 10u);
    batch.begin_request(kNoLimit, 1);
    for (int i = 0; i < 10; ++i) batch.add(record_of("e", properties));
  }
}

TEST(TickBatch, BeginsAnotherMessageAtTheLimitOfEvents) {
  TickBatch batch = native_batch();
  batch.begin_request(kNoLimit, 1);
  for (std::uint32_t i = 0; i <= event::kBatchEventsMax; ++i) batch.add(record_of("e"));
  queue::Submission submission;
  batch.take_into(submission);
  ASSERT_EQ(submission.messages.size(), 2u);
  EXPECT_EQ(names_in(submission.messages[1]).size(), 1u);
}

TEST(TickBatch, RefusesAnEventOverTheLimit) {
  TickBatch batch = native_batch();
  batch.begin_request(1000, 1);
  EXPECT_TRUE(batch.add(record_of("small")));
  EXPECT_FALSE(batch.add(record_of("large", std::string(1000, ' '))));
  EXPECT_EQ(batch.request_events(), 1u);
}

TEST(TickBatch, MakesOneSidekiqJobOfEachEvent) {
  TickBatch batch(QueueFormat::kSidekiq, "low", "MyJob");
  batch.begin_request(kNoLimit, 1'700'000'000'000);
  batch.add(record_of("a"));
  batch.begin_request(kNoLimit, 1'700'000'000'000);
  batch.add(record_of("out"));
  batch.roll_back();
  batch.begin_request(kNoLimit, 1'700'000'000'000);
  batch.add(record_of("b"));

  queue::Submission submission;
  batch.take_into(submission);
  ASSERT_EQ(submission.messages.size(), 2u);
  EXPECT_THAT(submission.messages[0], HasSubstr("\"class\":\"MyJob\""));
  EXPECT_THAT(submission.messages[0], HasSubstr("\"queue\":\"low\""));
  EXPECT_THAT(submission.messages[1], HasSubstr("\"name\":\"b\""));
  EXPECT_EQ(submission.bytes, submission.messages[0].size() + submission.messages[1].size());
  EXPECT_EQ(batch.events(), 0u);
}

}  // namespace
}  // namespace penstock::intake
