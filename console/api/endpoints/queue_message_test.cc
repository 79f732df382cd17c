#include "console/api/endpoints/queue_message.h"

#include <string>

#include <gtest/gtest.h>

#include "base/bytes.h"
#include "event/batch.h"

namespace penstock::console {
namespace {

std::string told(std::string message, const MessageLimits& limits) {
  reserve_padding(message);
  std::string out;
  json::Writer writer(out);
  writer.begin_object();
  write_message(writer, message, limits, 1'800'000'000'000);
  writer.end_object();
  return out;
}

std::string batch_of(int events) {
  event::BatchWriter writer;
  event::Record record;
  record.name = "n";
  for (int i = 0; i < events; ++i) writer.add(record);
  return std::string(writer.finish());
}

TEST(QueueMessage, TellsWhatAJobIs) {
  const std::string text =
      told(R"({"class":"W","wrapped":"Job","args":[{"name":"n"}],"jid":"j1"})", kWholeMessage);
  EXPECT_NE(text.find(R"("form":"job","events":[{)"), std::string::npos) << text;
  EXPECT_NE(text.find(R"("total_events":1,"class":"Job","jid":"j1","fault":null})"),
            std::string::npos)
      << text;
}

TEST(QueueMessage, SaysWhyTheRestCannotBeRead) {
  const std::string batch = batch_of(3);
  const std::string text = told(batch.substr(0, batch.size() - 1), kWholeMessage);
  EXPECT_NE(text.find(R"("form":"batch","events":[])"), std::string::npos) << text;
  EXPECT_NE(text.find(R"("fault":"open a batch: wrong length: damaged")"), std::string::npos)
      << text;
}

TEST(QueueMessage, IsCutAtItsLimits) {
  EXPECT_NE(told(batch_of(3), kWholeMessage).find(R"("truncated":false)"), std::string::npos);
  const std::string few = told(batch_of(3), {1 << 20, 2, 1 << 20});
  EXPECT_NE(few.find(R"("truncated":true)"), std::string::npos) << few;
  EXPECT_NE(few.find(R"("total_events":3)"), std::string::npos) << few;
  EXPECT_NE(told(batch_of(3), {1 << 20, 9, 1}).find(R"("truncated":true)"), std::string::npos);
  const std::string bytes = told("0123456789", {3, 9, 1 << 20});
  EXPECT_NE(bytes.find(R"("bytes":10,"message":"MDEy","truncated":true)"), std::string::npos)
      << bytes;
}

}  // namespace
}  // namespace penstock::console
