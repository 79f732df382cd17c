#include "adapter/drain/fluent_bit.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "adapter/contract/protocol_probe.h"
#include "base/text.h"

namespace penstock::adapter {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using namespace std::string_literals;

class FluentBitTest : public ::testing::Test {
 protected:
  ProtocolProbe::Got post(std::string_view type, std::string_view body) {
    return probe_.post("/drain/fluent-bit", body, {{"Content-Type", type}});
  }

  ProtocolProbe probe_{kFluentBitProtocol};
};

TEST_F(FluentBitTest, ReadsItsFormats) {
  constexpr std::string_view kFirst = R"({"date":1795603464.123,"log":"GET /cart","n":0})";
  constexpr std::string_view kSecond = R"({"date":"2026-11-25T10:44:24.133Z","log":"x"})";
  for (const auto& [type, body] : {
           std::pair<std::string_view, std::string>("application/json",
                                                    str_cat("[", kFirst, ",", kSecond, "]")),
           {"application/x-ndjson", str_cat(kFirst, "\n", kSecond, "\n")},
           {"application/x-json-stream", str_cat(kFirst, kSecond)},
       }) {
    const auto got = post(type, body);
    EXPECT_EQ(got.outcome.status, 200) << got.outcome.detail;
    ASSERT_EQ(got.events.size(), 2u) << type;
    EXPECT_EQ(got.events[0].source, "fluent_bit");
    EXPECT_EQ(got.events[0].kind, "log");
    EXPECT_EQ(got.events[0].occurred_at_ms, 1'795'603'464'123);
    EXPECT_THAT(got.events[0].properties, HasSubstr(R"("log":"GET /cart")"));
    EXPECT_EQ(got.events[1].occurred_at_ms, 1'795'603'464'133);
  }
}

TEST_F(FluentBitTest, TakesItsOwnTimeBeforeARecords) {
  const auto got = post("application/json",
                        R"({"date":1795603464134,"timestamp":"2026-11-25T01:00:00Z","log":"x"})");
  ASSERT_EQ(got.events.size(), 1u);
  EXPECT_EQ(got.events[0].occurred_at_ms, 1'795'603'464'134);
}

TEST_F(FluentBitTest, ReadsMsgpack) {
  const std::string record = "\x82\xa3log\xa2\xffx\xa1n\x01"s;
  const std::string entry = "\x92\x92\xd7\0\x6b\x06\x6b\x80\x07\x54\xd4\xc0\x80"s + record;
  const auto got = post("application/msgpack", entry + entry);
  EXPECT_THAT(got.answer, EndsWith(R"({"accepted":2})"));
  ASSERT_EQ(got.events.size(), 2u);
  EXPECT_EQ(got.events[1].occurred_at_ms, 1'795'582'848'123);
  EXPECT_THAT(got.events[1].properties, HasSubstr("\"log\":\"\xef\xbf\xbdx\""));

  const auto cut = post("application/msgpack", entry + entry.substr(0, 20));
  EXPECT_EQ(cut.events.size(), 1u);
  EXPECT_THAT(cut.answer, HasSubstr(R"("accepted":1,"rejected":1,"first":"record 1: ends inside)"));
}

TEST_F(FluentBitTest, RefusesWhatIsNoRecord) {
  for (const auto& [type, body] :
       {std::pair<std::string_view, std::string>("application/json", "x"),
        {"application/x-json-stream", "{"},
        {"application/msgpack", "\xc1"},
        {"application/msgpack", R"({"log":"x"})"}}) {
    const auto got = post(type, body);
    EXPECT_GE(got.outcome.status, 400) << body;
    EXPECT_TRUE(got.events.empty());
  }
  EXPECT_EQ(post("application/msgpack", "").outcome.status, 200);
}

}  // namespace
}  // namespace penstock::adapter
