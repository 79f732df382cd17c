#include "adapter/snowplow/snowplow.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "adapter/contract/protocol_probe.h"
#include "base/text.h"
#include "crypto/base64.h"

namespace penstock::adapter {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;

constexpr std::string_view kPath = "/com.snowplowanalytics.snowplow/tp2";
constexpr std::string_view kOrder =
    R"({"schema":"iglu:com.snowplowanalytics.snowplow/unstruct_event/jsonschema/1-0-0",)"
    R"("data":{"schema":"iglu:com.acme/order/jsonschema/1-0-0","data":{"total":9.5}}})";

class SnowplowTest : public ::testing::Test {
 protected:
  ProtocolProbe::Got payload(std::string_view items) {
    return probe_.post(
        kPath, str_cat(R"({"schema":"iglu:x/payload_data/jsonschema/1-0-4","data":)", items, "}"));
  }
  event::Record one(std::string_view members) {
    const auto got = payload(str_cat("[{", members, "}]"));
    EXPECT_EQ(got.events.size(), 1u) << members << got.outcome.detail;
    return got.events.empty() ? event::Record() : got.events[0];
  }

  ProtocolProbe probe_{kSnowplowProtocol};
};

TEST_F(SnowplowTest, ReadsAPayload) {
  const auto got = payload(
      R"([{"e":"pv","url":"https://shop.example/a","page":"P","refr":"https://r.example/","eid":)"
      R"("6918a98d-3025-4b86-bed6-417b1a0aeb88","aid":"shop-app","uid":"user-1","duid":"d-1",)"
      R"("sid":"s-1","dtm":"1795696984052","stm":"1795696989900"},3,{"e":"se","se_ca":"shop",)"
      R"("se_ac":"bought"},{}])");
  EXPECT_EQ(got.outcome.status, 200);
  EXPECT_THAT(got.answer, EndsWith("\r\n\r\nok"));
  EXPECT_EQ(got.outcome.rejected.size(), 2u);
  ASSERT_EQ(got.events.size(), 2u);
  const event::Record& page = got.events[0];
  EXPECT_EQ(page.project, "default");
  EXPECT_EQ(page.name, "page_view");
  EXPECT_EQ(page.kind, "page");
  EXPECT_EQ(page.url, "https://shop.example/a");
  EXPECT_EQ(page.referrer, "https://r.example/");
  EXPECT_EQ(page.user_id, "user-1");
  EXPECT_EQ(page.anonymous_id, "d-1");
  EXPECT_EQ(page.session_id, "s-1");
  EXPECT_EQ(page.occurred_at_ms, 1'795'696'984'052);
  EXPECT_TRUE(page.id.is_from_client());
  EXPECT_THAT(page.properties, HasSubstr(R"("aid":"shop-app")"));
  EXPECT_THAT(page.properties, HasSubstr(R"("eid":"6918a98d-3025-4b86-bed6-417b1a0aeb88")"));
  EXPECT_EQ(page.properties.find("stm"), std::string_view::npos);
  EXPECT_EQ(got.events[1].name, "bought");
}

TEST_F(SnowplowTest, TakesAnAppThatIsAKey) {
  const event::Record event = one(R"("e":"pv","aid":"pk_1")");
  EXPECT_EQ(event.project, "pk_1");
  EXPECT_EQ(event.properties, R"({"e":"pv"})");
}

TEST_F(SnowplowTest, KeepsWhatIsWrappedAsJson) {
  const std::string plain =
      str_cat(R"("e":"ue",)"
              R"("ue_pr":")",
              R"({\"data\":{\"schema\":\"iglu:c/o/jsonschema/1-0-0\"}})", "\"");
  EXPECT_EQ(one(plain).name, "o");
  EXPECT_EQ(one(plain).properties,
            R"({"ue_pr":{"data":{"schema":"iglu:c/o/jsonschema/1-0-0"}},"e":"ue"})");
  const event::Record coded =
      one(str_cat(R"("e":"ue","ue_px":")", crypto::encode_base64(kOrder), R"(","cx":")",
                  crypto::encode_base64(R"({"data":[ {"u":"ü"} ]})"), "\""));
  EXPECT_EQ(coded.name, "order");
  EXPECT_THAT(coded.properties, HasSubstr(str_cat(R"("ue_pr":)", kOrder)));
  EXPECT_THAT(coded.properties, HasSubstr(R"("co":{"data":[{"u":"ü"}]})"));
  EXPECT_EQ(coded.properties.find("ue_px"), std::string_view::npos);
}

TEST_F(SnowplowTest, KeepsWhatCannotBeUnwrapped) {
  for (const std::string_view text : {"%%%", "bm8=", "//8=", "W10", "MQ=="}) {
    const event::Record event = one(str_cat(R"("e":"ue","ue_px":")", text, "\""));
    EXPECT_EQ(event.name, "unstruct");
    EXPECT_THAT(event.properties, ::testing::AnyOf(HasSubstr(text), HasSubstr("ue_pr"))) << text;
  }
  EXPECT_EQ(one(R"("e":"ue","ue_pr":{"a":1})").properties, R"({"ue_pr":{"a":1},"e":"ue"})");
  EXPECT_EQ(one(R"("e":"zz")").name, "zz");
}

TEST_F(SnowplowTest, TakesTheTrueTimeAndElseCorrectsTheClocks) {
  EXPECT_EQ(one(R"("e":"pv","dtm":"1795610584000","stm":"1795610590000")").occurred_at_ms,
            ProtocolProbe::kNowMs - 6'000);
  EXPECT_EQ(one(R"("e":"pv","ttm":"1795610584123","dtm":"1","stm":"1795610590000")").occurred_at_ms,
            1'795'610'584'123);
}

TEST_F(SnowplowTest, ReadsAQuery) {
  for (const std::string_view path : {"/i", "/ice.png"}) {
    const auto got =
        probe_.get(str_cat(path, "?e=pp&url=https%3A%2F%2Fs.example%2F&eid=e-1&aid=a"));
    EXPECT_EQ(got.outcome.status, 200);
    EXPECT_THAT(got.answer, HasSubstr("GIF89a"));
    ASSERT_EQ(got.events.size(), 1u);
    EXPECT_EQ(got.events[0].name, "page_ping");
    EXPECT_EQ(got.events[0].url, "https://s.example/");
  }
  EXPECT_EQ(probe_.get("/i").outcome.status, 422);
}

TEST_F(SnowplowTest, DoesNotKeepTheAddressOfWhoAsksNotTo) {
  const auto got = probe_.post(kPath, R"({"data":[{"e":"pv"}]})", {{"SP-Anonymous", "*"}});
  ASSERT_EQ(got.events.size(), 1u);
  EXPECT_EQ(got.events[0].ip, "");
  EXPECT_EQ(one(R"("e":"pv")").ip, "192.0.2.1");
}

}  // namespace
}  // namespace penstock::adapter
