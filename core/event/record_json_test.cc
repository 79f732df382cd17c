#include "event/record_json.h"

#include <gtest/gtest.h>

namespace penstock::event {
namespace {

TEST(RecordJson, HasEveryMember) {
  Record record;
  record.id = *Id::from_hex("0193a5b0c0007000800000000000000a");
  record.received_at_ms = 2;
  record.occurred_at_ms = 1;
  record.project = "shop";
  record.source = "events";
  record.kind = "log";
  record.name = "a \"name\"";
  record.properties = R"({"n":[1]})";

  std::string out;
  append_record_json(record, out);

  EXPECT_EQ(
      out,
      R"({"id":"0193a5b0c0007000800000000000000a","project":"shop","source":"events",)"
      R"("kind":"log","name":"a \"name\"","received_at":2,"occurred_at":1,"url":"","referrer":"",)"
      R"("ip":"","user_agent":"","user_id":"","anonymous_id":"","session_id":"",)"
      R"("properties":{"n":[1]}})");
}

TEST(RecordJson, WritesAnEmptyObjectForNoProperties) {
  std::string out;
  append_record_json(Record(), out);

  EXPECT_TRUE(out.ends_with(R"("properties":{}})")) << out;
}

}  // namespace
}  // namespace penstock::event
