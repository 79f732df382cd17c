#include "import/matomo.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "import/contract/reader_probe.h"

namespace penstock::importing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr std::string_view kVisitor{"\x01\x23\x45\x67\x89\xab\xcd\xef", 8};

class MatomoDump : public ::testing::Test {
 protected:
  MatomoDump() {
    action("1", "shop.example/p?a=1", "1", "3");
    action("2", "Prices", "4", "");
    action("3", "Video", "10", "");
    action("4", "Play", "11", "");
    action("5", "o.example/", "2", "0");
    action("6", "shoes", "8", "");
    probe_.cells({{"idvisit", "9"},
                  {"idvisitor", kVisitor},
                  {"user_id", "u-1"},
                  {"visit_first_action_time", "2026-11-26 12:43:04"},
                  {"referer_url", "https://r.example/"},
                  {"location_ip", std::string_view("\xc0\x00\x02\x07", 4)},
                  {"config_id", "\xff"},
                  {"location_country", "de"}},
                 "matomo_log_visit");
  }
  void action(std::string_view id, std::string_view name, std::string_view type,
              std::string_view prefix) {
    probe_.cells({{"idaction", id}, {"name", name}, {"type", type}, {"url_prefix", prefix}},
                 "matomo_log_action");
  }
  event::Record link(std::vector<Cell> cells) {
    cells.insert(cells.end(), {{"idvisit", "9"}, {"idvisitor", "0x0123456789ABCDEF"}});
    return probe_.cells(cells, "matomo_log_link_visit_action");
  }

  std::unique_ptr<RowReader> reader_ = make_matomo_reader({});
  ReaderProbe probe_{*reader_};
};

TEST_F(MatomoDump, MakesVisitsIdentify) {
  ASSERT_EQ(probe_.sink.size(), 1u);
  const event::Record visit = probe_.sink[0];
  EXPECT_EQ(visit.kind, "identify");
  EXPECT_EQ(visit.name, "visit");
  EXPECT_EQ(visit.anonymous_id, "0123456789abcdef");
  EXPECT_EQ(visit.session_id, "9");
  EXPECT_EQ(visit.user_id, "u-1");
  EXPECT_EQ(visit.ip, "192.0.2.7");
  EXPECT_EQ(visit.referrer, "https://r.example/");
  EXPECT_EQ(visit.occurred_at_ms, 1'795'696'984'000);
  EXPECT_THAT(visit.properties, HasSubstr(R"("location_country":"de")"));
  EXPECT_THAT(visit.properties, Not(HasSubstr("config_id")));
}

TEST_F(MatomoDump, MakesEventsOfActions) {
  const event::Record page = link({{"idlink_va", "31"},
                                   {"idaction_url", "1"},
                                   {"idaction_name", "2"},
                                   {"idaction_url_ref", "0"},
                                   {"server_time", "2026-11-26 12:43:04"},
                                   {"custom_float", ""},
                                   {"time_spent", "7"}});
  EXPECT_EQ(page.kind, "page");
  EXPECT_EQ(page.name, "Prices");
  EXPECT_EQ(page.url, "https://www.shop.example/p?a=1");
  EXPECT_EQ(page.referrer, "https://r.example/");
  EXPECT_EQ(page.user_id, "u-1");
  EXPECT_EQ(page.anonymous_id, "0123456789abcdef");
  EXPECT_EQ(page.session_id, "9");
  EXPECT_EQ(page.occurred_at_ms, 1'795'696'984'000);
  EXPECT_TRUE(page.id.is_from_client());
  EXPECT_THAT(page.properties, HasSubstr(R"("time_spent":"7")"));
  EXPECT_THAT(page.properties, Not(HasSubstr("idaction")));

  const event::Record played = link({{"idlink_va", "32"},
                                     {"idaction_url", "1"},
                                     {"idaction_event_category", "3"},
                                     {"idaction_event_action", "4"},
                                     {"server_time", "2026-11-26 12:43:10"}});
  EXPECT_EQ(played.name, "Video/Play");
  EXPECT_EQ(played.kind, "event");
  EXPECT_EQ(played.referrer, "");
  EXPECT_EQ(link({{"idaction_url", "5"}, {"server_time", "2026-11-26 12:43:11"}}).name, "link");
  EXPECT_EQ(link({{"idaction_name", "6"}, {"server_time", "2026-11-26 12:43:12"}}).name, "search");
}

TEST_F(MatomoDump, HasTheIdsOfTheApi) {
  const event::Record row =
      link({{"idlink_va", "31"}, {"idaction_url", "1"}, {"server_time", "2026-11-26 12:43:04"}});
  const auto visits = make_matomo_reader({});
  ReaderProbe other(*visits);
  const event::Record action = other.line(
      R"({"idVisit":"9","actionDetails":[{"type":"action","pageId":"31","url":"https://x.example",)"
      R"("timestamp":1795696984}]})");
  EXPECT_EQ(row.id.hex(), action.id.hex());
}

TEST_F(MatomoDump, SaysWhatIsMissing) {
  link({{"idaction_url", "77"}, {"server_time", "2026-11-26 12:43:04"}});
  EXPECT_THAT(probe_.outcome.detail, HasSubstr("names action 77"));
  probe_.cells({{"idvisit", "8"}, {"server_time", "2026-11-26 12:43:04"}},
               "piwik_log_link_visit_action");
  EXPECT_THAT(probe_.outcome.detail, HasSubstr("is of visit 8"));
  EXPECT_THAT(probe_.outcome.detail,
              HasSubstr("log_action, log_visit and log_link_visit_action in this order"));
  probe_.cells({{"a", "1"}});
  EXPECT_THAT(probe_.outcome.detail, HasSubstr("come as a dump"));
  probe_.cells({{"login", "x"}}, "matomo_user");
  EXPECT_EQ(probe_.outcome.error, "");
  EXPECT_EQ(probe_.sink.size(), 1u);
}

TEST_F(MatomoDump, LearnsFromRowsThatWereImportedBefore) {
  const auto again = make_matomo_reader({});
  const Cell action[] = {{"idaction", "1"}, {"name", "/"}, {"type", "1"}};
  const Cell visit[] = {{"idvisit", "9"}, {"user_id", "u-1"}};
  again->pass({.text = "", .cells = action, .table = "log_action"});
  again->pass({.text = "", .cells = visit, .table = "log_visit"});
  ReaderProbe probe(*again);
  const event::Record page =
      probe.cells({{"idvisit", "9"}, {"idaction_url", "1"}, {"server_time", "2026-11-26 12:43:04"}},
                  "log_link_visit_action");
  EXPECT_EQ(page.user_id, "u-1");
}

}  // namespace
}  // namespace penstock::importing
