#include "import/items.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "import/contract/reader_probe.h"

namespace penstock::importing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(SegmentArchive, KeepsTheEventsOwnTime) {
  const auto reader = make_segment_reader({});
  ReaderProbe probe(*reader);
  const event::Record record = probe.line(
      R"({"type":"track","event":"Bought","messageId":"m","userId":"u","sentAt":)"
      R"("2025-11-26T12:43:05.000Z","receivedAt":"2025-11-26T12:43:06.000Z","timestamp":)"
      R"("2025-11-26T12:43:04.629Z","context":{"ip":"192.0.2.7"},"properties":{"plan":"pro"}})");
  EXPECT_EQ(record.name, "Bought");
  EXPECT_EQ(record.occurred_at_ms, 1'764'160'984'629);
  EXPECT_EQ(record.ip, "192.0.2.7");
  EXPECT_EQ(record.source, "segment");
  EXPECT_THAT(record.properties, HasSubstr(R"("plan":"pro")"));
}

TEST(MixpanelExport, IsReadAsItsClients) {
  const auto reader = make_mixpanel_reader({});
  ReaderProbe probe(*reader);
  const event::Record record = probe.line(
      R"({"event":"$mp_web_page_view","properties":{"time":1795696984,"distinct_id":"$device:d",)"
      R"("$insert_id":"i","$current_url":"https://shop.example/","$browser":"Firefox"}})");
  EXPECT_EQ(record.kind, "page");
  EXPECT_EQ(record.anonymous_id, "d");
  EXPECT_EQ(record.url, "https://shop.example/");
}

TEST(MatomoVisits, AreTheirActions) {
  const auto reader = make_matomo_visits_reader({});
  ReaderProbe probe(*reader);
  probe.line(
      R"({"idSite":"1","idVisit":"9","visitIp":"192.0.2.7","visitorId":"v","userId":null,)"
      R"("countryCode":"de","browserIcon":"x.png","referrerUrl":"https://r.example/",)"
      R"("firstActionTimestamp":1795696984,"actionDetails":[)"
      R"({"type":"action","url":"https://a.example/p","pageTitle":"Prices","pageId":"31",)"
      R"("timestamp":1795696984},)"
      R"({"type":"event","url":"https://a.example/p","eventCategory":"Video","eventAction":"Play",)"
      R"("pageId":"32","timestamp":1795696990},{"type":"outlink","url":"https://o.example/",)"
      R"("timestamp":1795696991},{"url":"x"}]})");
  ASSERT_EQ(probe.sink.size(), 3u);
  EXPECT_EQ(probe.outcome.rejected.size(), 1u);
  const event::Record page = probe.sink[0];
  EXPECT_EQ(page.kind, "page");
  EXPECT_EQ(page.name, "Prices");
  EXPECT_EQ(page.url, "https://a.example/p");
  EXPECT_EQ(page.referrer, "https://r.example/");
  EXPECT_EQ(page.session_id, "9");
  EXPECT_EQ(page.anonymous_id, "v");
  EXPECT_EQ(page.ip, "192.0.2.7");
  EXPECT_EQ(page.occurred_at_ms, 1'795'696'984'000);
  EXPECT_TRUE(page.id.is_from_client());
  EXPECT_THAT(page.properties, HasSubstr(R"("countryCode":"de")"));
  EXPECT_THAT(page.properties, Not(HasSubstr("browserIcon")));
  EXPECT_EQ(probe.sink[1].name, "Video/Play");
  EXPECT_EQ(probe.sink[1].referrer, "");
  EXPECT_EQ(probe.sink[2].name, "link");
  EXPECT_FALSE(probe.sink[2].id.is_from_client());
}

}  // namespace
}  // namespace penstock::importing
