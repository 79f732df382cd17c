#include "adapter/posthog/exception.h"

#include <fstream>
#include <iterator>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "adapter/contract/protocol_probe.h"
#include "adapter/posthog/posthog.h"
#include "base/text.h"

namespace penstock::adapter {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class PosthogExceptionTest : public ::testing::Test {
 protected:
  event::Record only(std::string_view properties) {
    const auto got =
        probe_.post("/e", str_cat(R"({"event":"$exception","properties":{)", properties, "}}"));
    EXPECT_EQ(got.outcome.status, 200) << got.outcome.detail;
    EXPECT_EQ(got.events.size(), 1u);
    return got.events.empty() ? event::Record() : got.events[0];
  }

  ProtocolProbe probe_{kPosthogProtocol};
};

// As posthog-node 5.70.0 wrote it.
TEST_F(PosthogExceptionTest, HasTheShapeOfAllErrors) {
  std::ifstream in(PENSTOCK_SOURCE_DIR "/tests/corpus/protocols/posthog/node_exception.http",
                   std::ios::binary);
  const std::string request{std::istreambuf_iterator<char>(in), {}};
  const auto got = probe_.post("/batch", request.substr(request.find("\n\n") + 2));
  ASSERT_EQ(got.events.size(), 1u) << got.outcome.detail;
  const event::Record& record = got.events[0];
  EXPECT_EQ(record.kind, "error");
  EXPECT_EQ(record.name, "TypeError");
  EXPECT_EQ(record.user_id, "user-1");
  for (const char* part :
       {R"("class":"TypeError","message":"Cannot ship k54265fxexceptionz")",
        R"("frames":[{"file":"lib/shop.js","function":"Object.checkout [as action]","line":15,)"
        R"("in_app":true},{"file":"lib/shop.js","function":"route","line":24,)",
        R"("causes":[{"class":"RangeError","message":"out of stock k54265fxexceptionz"}])",
        R"("level":"error")", R"("handled":true)", R"("fingerprint_rules":1)",
        R"("$exception_list":[{"type":"TypeError")", R"("event":"$exception")", R"("cart":3)"}) {
    EXPECT_THAT(record.properties, HasSubstr(part));
  }
}

TEST_F(PosthogExceptionTest, KeepsTheClientsFingerprint) {
  const event::Record record =
      only(R"("$exception_list":[{"type":"E","value":"m"}],"$exception_fingerprint":"mine")");
  EXPECT_THAT(record.properties, HasSubstr(R"("fingerprint":"mine")"));
  EXPECT_THAT(record.properties, Not(HasSubstr("fingerprint_rules")));
}

// The key of a project whose rules are others may stand in the event.
TEST_F(PosthogExceptionTest, GoesByTheRulesOfItsProject) {
  probe_.origin.fingerprint_rules = 2;
  EXPECT_THAT(only(R"("token":"shop","$exception_list":[{"type":"E"}])").properties,
              HasSubstr(R"("fingerprint_rules":2)"));
}

TEST_F(PosthogExceptionTest, KeepsWhatTheApplicationCallsAlike) {
  const event::Record record =
      only(R"("$exception_list":[{"type":"E","value":"m"}],"message":"mine","level":"own")");
  EXPECT_THAT(record.properties, HasSubstr(R"("message":"m")"));
  EXPECT_THAT(record.properties, HasSubstr(R"("message":"mine")"));
  EXPECT_THAT(record.properties, HasSubstr(R"("level":"own")"));
}

TEST_F(PosthogExceptionTest, TakesWhatHasNoList) {
  const event::Record old = only(R"("$exception_type":"E","$exception_message":"m")");
  EXPECT_EQ(old.name, "E");
  EXPECT_THAT(old.properties, HasSubstr(R"("class":"E","message":"m")"));
  for (const char* bare :
       {"", R"("$exception_list":[])", R"("$exception_list":7)",
        R"("$exception_list":[{"type":null}])", R"("$exception_list":{"a":[[{}]]})"}) {
    const event::Record record = only(bare);
    EXPECT_EQ(record.name, "$exception") << bare;
    EXPECT_EQ(record.kind, "error") << bare;
    EXPECT_THAT(record.properties, Not(HasSubstr("fingerprint"))) << bare;
  }
}

TEST_F(PosthogExceptionTest, IsNoneUnderAnotherName) {
  const auto got = probe_.post(
      "/e", R"({"event":"Bought","properties":{"$exception_list":[{"type":"E","value":"m"}]}})");
  ASSERT_EQ(got.events.size(), 1u);
  EXPECT_EQ(got.events[0].name, "Bought");
  EXPECT_EQ(got.events[0].kind, "event");
}

}  // namespace
}  // namespace penstock::adapter
