#include "adapter/matomo/matomo.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "adapter/contract/protocol_probe.h"
#include "base/text.h"

namespace penstock::adapter {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;

class MatomoTest : public ::testing::Test {
 protected:
  event::Record hit(std::string_view query) {
    const auto got = probe_.get(str_cat("/matomo.php?idsite=7&rec=1&", query));
    EXPECT_EQ(got.outcome.status, 200) << got.outcome.detail;
    EXPECT_EQ(got.events.size(), 1u) << query;
    return got.events.empty() ? event::Record() : got.events[0];
  }

  ProtocolProbe probe_{kMatomoProtocol};
};

TEST_F(MatomoTest, ReadsAPage) {
  const event::Record page =
      hit("url=https%3A%2F%2Fshop.example%2Fa&action_name=Preise%20%C3%BC&urlref=https%3A%2F%2Fr."
          "example"
          "&uid=u-1&_id=0123456789abcdef&cvar=%7B%221%22%3A%5B%22plan%22%5D%7D&token_auth=pk_1");
  EXPECT_EQ(page.project, "pk_1");
  EXPECT_EQ(page.kind, "page");
  EXPECT_EQ(page.name, "Preise ü");
  EXPECT_EQ(page.url, "https://shop.example/a");
  EXPECT_EQ(page.referrer, "https://r.example");
  EXPECT_EQ(page.user_id, "u-1");
  EXPECT_EQ(page.anonymous_id, "0123456789abcdef");
  EXPECT_EQ(page.properties,
            R"({"idsite":"7","cvar":"{\"1\":[\"plan\"]}","action_name":"Preise ü"})");
  EXPECT_EQ(hit("url=https://s.example/").name, "pageview");
}

TEST_F(MatomoTest, CallsAHitByWhatItIs) {
  EXPECT_EQ(hit("e_c=Shop&e_a=Bought&url=https://s.example/").name, "Shop/Bought");
  EXPECT_EQ(hit("e_a=Bought").name, "Bought");
  EXPECT_EQ(hit("search=shoes&search_count=3").name, "search");
  EXPECT_EQ(hit("download=https://s.example/a.zip&url=u").name, "download");
  EXPECT_EQ(hit("link=https://other.example/&url=u").name, "link");
  EXPECT_EQ(hit("idgoal=3&revenue=9.5").name, "goal");
  EXPECT_EQ(hit("ping=1&url=https://s.example/").name, "ping");
  EXPECT_EQ(hit("ping=1").kind, "event");
  EXPECT_THAT(hit("idgoal=3&revenue=9.5").properties, HasSubstr(R"("revenue":"9.5")"));
}

TEST_F(MatomoTest, TakesTimesOfBothForms) {
  EXPECT_EQ(hit("ping=1&cdt=2026-11-26%2010:00:00").occurred_at_ms, 1'795'687'200'000);
  EXPECT_EQ(hit("ping=1&cdt=1795687200").occurred_at_ms, 1'795'687'200'000);
  EXPECT_EQ(hit("ping=1&cdt=nonsense-at-ten-oc").occurred_at_ms, ProtocolProbe::kNowMs);
}

TEST_F(MatomoTest, AnswersWithAnImageOrWithoutOne) {
  EXPECT_THAT(probe_.get("/matomo.php?rec=1&ping=1").answer, HasSubstr("GIF89a"));
  const auto none = probe_.get("/piwik.php?rec=1&ping=1&send_image=0");
  EXPECT_EQ(none.outcome.status, 204);
  EXPECT_EQ(none.answer.find("GIF"), std::string::npos);
  const auto form =
      probe_.post("/matomo.php?idsite=7", "rec=1&url=https%3A%2F%2Fs.example%2F&uid=u");
  ASSERT_EQ(form.events.size(), 1u);
  EXPECT_EQ(form.events[0].user_id, "u");
  EXPECT_THAT(form.events[0].properties, HasSubstr(R"("idsite":"7")"));
  EXPECT_EQ(probe_.get("/matomo.php?idsite=7").outcome.status, 422);
}

TEST_F(MatomoTest, ReadsAListOfHits) {
  const auto got = probe_.post(
      "/matomo.php",
      R"({"requests":["?rec=1&url=https%3A%2F%2Fs.example%2F&uid=%C3%BC","rec=1&e_a=E",)"
      R"({"rec":1,"url":"https://s.example/b","uid":7},"idsite=7",3,null],"token_auth":"pk_2"})");
  EXPECT_EQ(got.outcome.status, 200);
  EXPECT_THAT(got.answer, EndsWith(R"({"status":"success","tracked":3,"invalid":3})"));
  ASSERT_EQ(got.events.size(), 3u);
  EXPECT_EQ(got.events[0].user_id, "ü");
  EXPECT_EQ(got.events[1].name, "E");
  EXPECT_EQ(got.events[2].user_id, "7");
  for (const event::Record& event : got.events) EXPECT_EQ(event.project, "pk_2");

  const auto quiet = probe_.post("/matomo.php", R"({"requests":["ping=1"],"send_image":0})");
  EXPECT_EQ(quiet.outcome.status, 204);
  EXPECT_EQ(probe_.post("/matomo.php", R"({"requests":[]})").outcome.status, 200);
}

TEST_F(MatomoTest, RefusesWhatIsNoList) {
  EXPECT_EQ(probe_.post("/matomo.php", "{\"requests\":[\"a").outcome.status, 400);
  EXPECT_EQ(probe_.post("/matomo.php", "{\"requests\":\"a\"}").outcome.status, 422);
  EXPECT_EQ(probe_.post("/matomo.php", "{}").outcome.status, 422);
  EXPECT_EQ(probe_.post("/matomo.php", "").outcome.status, 422);
  EXPECT_EQ(probe_.post("/matomo.php", "{\"requests\":[\"idsite=1\"]}").outcome.status, 422);
  probe_.sink.bytes_max = 1;
  EXPECT_EQ(probe_.post("/matomo.php", "{\"requests\":[\"ping=1\"]}").outcome.status, 413);
}

}  // namespace
}  // namespace penstock::adapter
