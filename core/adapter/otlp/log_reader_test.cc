#include "adapter/otlp/log_reader.h"

#include <gtest/gtest.h>

#include "adapter/contract/list_sink.h"
#include "base/bytes.h"

namespace penstock::adapter {
namespace {

class LogReaderTest : public ::testing::Test {
 protected:
  ReadOutcome json(std::string body) {
    reserve_padding(body);
    const auto open = [](std::string_view) { return true; };
    const Context context{origin_, workspace_, sink_, open};
    LogReader reader("otlp", context);
    reader.read_json(body);
    return reader.outcome();
  }

  Origin origin_{.project = "default", .received_at_ms = 1'795'696'990'000};
  Workspace workspace_{Random(1)};
  ListSink sink_;
};

TEST_F(LogReaderTest, ReadsResourcesAndScopesWhereverTheyStand) {
  const ReadOutcome outcome =
      json(R"({"resourceLogs":[{"scopeLogs":[{"logRecords":[{"eventName":"a"}],)"
           R"("scope":{"name":"s"}}],"resource":{"attributes":[{"key":"k",)"
           R"("value":{"boolValue":true}}],"droppedAttributesCount":1}}]})");
  EXPECT_EQ(outcome.accepted, 1u);
  EXPECT_EQ(sink_[0].name, "a");
  EXPECT_EQ(sink_[0].properties,
            R"({"k":true,"resource.droppedAttributesCount":1,"scope":{"name":"s"}})");
}

// A resource that many records have is not multiplied without bound.
TEST_F(LogReaderTest, BoundsWhatRecordsHaveInCommon) {
  std::string body = R"({"resourceLogs":[{"resource":{"attributes":[{"key":"k","value":)"
                     R"({"stringValue":")" +
                     std::string(100'000, 'x') + R"("}}]},"scopeLogs":[{"logRecords":[{})";
  for (int i = 0; i < 1000; ++i) body += ",{}";
  const ReadOutcome outcome = json(body + "]}]}]}");
  EXPECT_EQ(outcome.status, 413);
  EXPECT_EQ(outcome.error, kRequestTooLargeError);
  EXPECT_LT(sink_.size(), 400u);
}

}  // namespace
}  // namespace penstock::adapter
