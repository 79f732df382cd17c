#include "queue/letters/message_content.h"

#include <vector>

#include <gtest/gtest.h>

#include "base/bytes.h"
#include "event/batch.h"
#include "event/sidekiq/job.h"

namespace penstock::queue {
namespace {

using Form = MessageContent::Form;

struct Read {
  MessageContent content;
  std::vector<std::string> events;
};

Read read(std::string message) {
  reserve_padding(message);
  Read result;
  result.content = read_message(message, 5, [&](const event::Record& record) {
    append_event_json(record, result.events.emplace_back());
  });
  return result;
}

event::Record record_of(std::string_view name) {
  event::Record record;
  record.id = *event::Id::from_hex("0193a5b0c0007000800000000000000a");
  record.name = name;
  return record;
}

std::string batch_of(std::initializer_list<event::Record> records) {
  event::BatchWriter writer;
  for (const event::Record& record : records) writer.add(record);
  return writer.take();
}

TEST(MessageContent, OfABatchIsItsEvents) {
  const Read result = read(batch_of({record_of("one"), record_of("two")}));

  EXPECT_EQ(result.content.form, Form::kBatch);
  EXPECT_EQ(result.content.events, 2U);
  EXPECT_EQ(result.content.fault, "");
  ASSERT_EQ(result.events.size(), 2U);
  EXPECT_NE(result.events[1].find(R"("name":"two")"), std::string::npos);
}

TEST(MessageContent, OfABatchOfANewerVersionIsItsFault) {
  std::string message = batch_of({record_of("one")});
  message[1] = 99;

  const Read result = read(message);

  EXPECT_EQ(result.content.form, Form::kBatch);
  EXPECT_NE(result.content.fault, "");
  EXPECT_TRUE(result.events.empty());
}

TEST(MessageContent, OfAJobIsItsClassAndEvent) {
  std::string job;
  event::append_sidekiq_job(record_of("one"), {"low", "Process\"Job"}, 1, job);

  const Read result = read(job);

  EXPECT_EQ(result.content.form, Form::kJob);
  EXPECT_EQ(result.content.job_class, "Process\"Job");
  EXPECT_EQ(result.content.jid.size(), 24U);
  EXPECT_EQ(result.content.fault, "");
  ASSERT_EQ(result.events.size(), 1U);
}

TEST(MessageContent, OfAForeignJobIsItsFault) {
  const Read result = read(R"({"class":"Mail","wrapped":"Mailer","jid":7,"args":[1]})");

  EXPECT_EQ(result.content.form, Form::kJob);
  EXPECT_EQ(result.content.job_class, "Mailer");
  EXPECT_EQ(result.content.jid, "");
  EXPECT_NE(result.content.fault, "");
}

TEST(MessageContent, OfAnythingElseIsUnknown) {
  for (const std::string& message :
       {std::string(), std::string("garbage"), std::string("[1]"), std::string("\0\xff", 2),
        std::string("{}"), std::string("\xb4\x01")}) {
    const Read result = read(message);
    EXPECT_EQ(result.content.form, Form::kUnknown) << message;
    EXPECT_NE(result.content.fault, "") << message;
    EXPECT_TRUE(result.events.empty());
  }
  EXPECT_EQ(to_text(Form::kUnknown), "unknown");
}

// Its checksum is right, whoever wrote it.
TEST(MessageContent, IsValidJsonThoughTheBatchLies) {
  event::Record record = record_of("\xff");
  record.properties = R"({"a":1}],"admin":true)";

  const Read result = read(batch_of({record}));

  ASSERT_EQ(result.events.size(), 1U);
  EXPECT_NE(result.events[0].find(R"("properties":"{\"a\":1}],\"admin\":true"})"),
            std::string::npos)
      << result.events[0];
}

TEST(MessageContent, QuotesPropertiesThatNestTooDeep) {
  const std::string deep = std::string(1'000, '[') + std::string(1'000, ']');
  event::Record record = record_of("deep");
  record.properties = deep;

  const Read result = read(batch_of({record}));

  EXPECT_NE(result.events.at(0).find("\"properties\":\"[["), std::string::npos);
}

}  // namespace
}  // namespace penstock::queue
