#include "adapter/drain/firehose.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "adapter/contract/protocol_probe.h"
#include "base/text.h"
#include "crypto/base64.h"

namespace penstock::adapter {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;

std::string request_of(std::initializer_list<std::string_view> records) {
  std::string list;
  for (const std::string_view record : records) {
    list += str_cat(list.empty() ? "" : ",", R"({"data":")", crypto::encode_base64(record), "\"}");
  }
  return str_cat(R"({"requestId":"r-1","timestamp":1795697074063,"records":[)", list, "]}");
}

class FirehoseTest : public ::testing::Test {
 protected:
  ProtocolProbe::Got post(std::string_view body, std::string_view attributes = {}) {
    return probe_.post(
        "/drain/firehose", body,
        {{"X-Amz-Firehose-Request-Id", "r-1"}, {"X-Amz-Firehose-Common-Attributes", attributes}});
  }

  ProtocolProbe probe_{kFirehoseProtocol};
};

TEST_F(FirehoseTest, ReadsTheLinesOfItsRecords) {
  const auto got =
      post(request_of({R"({"timestamp":"2026-11-25T10:44:34.123Z","plan":"pro"})",
                       "{\"n\":1}\n{\"n\":2}\n\n", "GET /cart\r\n{ no JSON", "{\n \"n\": 3\n}"}));
  EXPECT_THAT(got.answer, EndsWith(R"({"requestId":"r-1","timestamp":1795696990000})"));
  ASSERT_EQ(got.events.size(), 6u);
  EXPECT_EQ(got.events[0].source, "firehose");
  EXPECT_EQ(got.events[0].kind, "log");
  EXPECT_EQ(got.events[0].occurred_at_ms, 1'795'603'474'123);
  EXPECT_THAT(got.events[0].properties, HasSubstr(R"("plan":"pro")"));
  EXPECT_EQ(got.events[1].properties, R"({"n":1})");
  EXPECT_EQ(got.events[1].occurred_at_ms, 1'795'697'074'063);
  EXPECT_EQ(got.events[2].properties, R"({"n":2})");
  EXPECT_EQ(got.events[3].properties, R"({"message":"GET /cart"})");
  EXPECT_EQ(got.events[4].properties, R"({"message":"{ no JSON"})");
  EXPECT_EQ(got.events[5].properties, R"({"n":3})");
}

TEST_F(FirehoseTest, StoresAgainWhatIsSentAgainAsTheSame) {
  const std::string body = request_of({"{\"n\":1}\n{\"n\":1}", "x", "x"});
  const auto first = post(body);
  const auto again = post(body);
  ASSERT_EQ(first.events.size(), 4u);
  for (std::size_t i = 0; i < 4; ++i) {
    EXPECT_EQ(first.events[i].id, again.events[i].id);
    EXPECT_NE(first.events[i].id, first.events[(i + 1) % 4].id);
  }
}

TEST_F(FirehoseTest, GivesRecordsWhatTheStreamHas) {
  const auto got = post(request_of({"x"}), R"({"commonAttributes":{"stage":"live"}})");
  ASSERT_EQ(got.events.size(), 1u);
  EXPECT_EQ(got.events[0].properties, R"({"stage":"live","message":"x"})");
  EXPECT_EQ(post(request_of({"x"}), "no JSON").events.size(), 1u);
}

TEST_F(FirehoseTest, TakesTheIdOfTheBodyWhereNoHeaderHasOne) {
  const auto got = probe_.post("/drain/firehose", request_of({"x"}));
  EXPECT_THAT(got.answer, HasSubstr(R"("requestId":"r-1")"));
  EXPECT_TRUE(got.events.at(0).id.is_from_client());
}

TEST_F(FirehoseTest, PassesOverWhatIsNoRecord) {
  const auto got = post(R"({"records":[{"data":"!"},3,{"data":"eA=="},{"other":1}]})");
  EXPECT_EQ(got.outcome.status, 200);
  EXPECT_EQ(got.outcome.rejected.size(), 3u);
  EXPECT_EQ(got.events.size(), 1u);
}

TEST_F(FirehoseTest, RefusesWithTheIdOfTheRequest) {
  for (const char* body :
       {"", "x", "3", "{}", R"({"records":3})", R"({"records":[{"data":"!"}]})"}) {
    const auto got = post(body);
    EXPECT_EQ(got.outcome.status, 400) << body;
    EXPECT_TRUE(got.events.empty());
  }
  const std::vector<http::Header> headers = {{"x-amz-firehose-request-id", "r-1"}};
  http::Request request;
  request.headers = headers;
  EXPECT_EQ(refusal_of(kFirehoseProtocol,
                       {503, "unavailable", "later", echo_of(kFirehoseProtocol, request), 7})
                .body,
            R"({"requestId":"r-1","timestamp":7,"errorMessage":"later"})");
}

}  // namespace
}  // namespace penstock::adapter
