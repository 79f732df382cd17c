#include "import/tables.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "import/contract/reader_probe.h"

namespace penstock::importing {
namespace {

using ::testing::HasSubstr;

TEST(Umami, MakesEventsOfItsRows) {
  const auto reader = make_umami_reader({});
  ReaderProbe probe(*reader);
  const event::Record page = probe.cells({{"event_id", "e1"},
                                          {"session_id", "s1"},
                                          {"visit_id", "v1"},
                                          {"created_at", "2026-11-26 12:43:04.629+00"},
                                          {"hostname", "shop.example"},
                                          {"url_path", "/a"},
                                          {"url_query", "b=1"},
                                          {"referrer_domain", "r.example"},
                                          {"referrer_path", "/x"},
                                          {"event_type", "1"},
                                          {"event_name", ""},
                                          {"browser", "firefox"}},
                                         "website_event");
  EXPECT_EQ(page.kind, "page");
  EXPECT_EQ(page.url, "https://shop.example/a?b=1");
  EXPECT_EQ(page.referrer, "https://r.example/x");
  EXPECT_EQ(page.anonymous_id, "s1");
  EXPECT_EQ(page.session_id, "v1");
  EXPECT_EQ(page.occurred_at_ms, 1'795'696'984'629);
  EXPECT_TRUE(page.id.is_from_client());
  EXPECT_THAT(page.properties, HasSubstr(R"("browser":"firefox")"));

  const event::Record custom = probe.cells({{"event_id", "e2"},
                                            {"created_at", "2026-11-26 12:43:04"},
                                            {"url_path", "/a"},
                                            {"event_name", "Bought"}});
  EXPECT_EQ(custom.name, "Bought");
  EXPECT_EQ(custom.kind, "event");
  EXPECT_EQ(custom.url, "/a");

  const event::Record session = probe.cells(
      {{"session_id", "s1"}, {"created_at", "2026-11-26 12:43:04"}, {"country", "DE"}}, "session");
  EXPECT_EQ(session.kind, "identify");
  EXPECT_EQ(session.anonymous_id, "s1");
  EXPECT_THAT(session.properties, HasSubstr(R"("country":"DE")"));
}

TEST(Umami, PassesOverOtherTables) {
  const auto reader = make_umami_reader({});
  ReaderProbe probe(*reader);
  probe.cells({{"user_id", "u"}}, "user");
  EXPECT_EQ(probe.outcome.status, 202);
  EXPECT_EQ(probe.outcome.accepted, 0u);
  probe.cells({{"date", "2026-11-26"}});
  EXPECT_THAT(probe.outcome.detail, HasSubstr("is no row of Umami's website_event"));
}

TEST(Plausible, MakesEventsOfItsTableAndRefusesSums) {
  const auto reader = make_plausible_reader({});
  ReaderProbe probe(*reader);
  const event::Record page = probe.cells({{"timestamp", "2026-11-26 12:43:04"},
                                          {"name", "pageview"},
                                          {"user_id", "12"},
                                          {"session_id", "34"},
                                          {"hostname", "shop.example"},
                                          {"pathname", "/a"},
                                          {"referrer", "r.example/x"}});
  EXPECT_EQ(page.kind, "page");
  EXPECT_EQ(page.url, "https://shop.example/a");
  EXPECT_EQ(page.referrer, "https://r.example/x");
  EXPECT_EQ(page.anonymous_id, "12");
  probe.cells({{"date", "2026-11-26"}, {"visitors", "12"}});
  EXPECT_THAT(probe.outcome.detail, HasSubstr("holds sums of a day and no events"));
}

}  // namespace
}  // namespace penstock::importing
