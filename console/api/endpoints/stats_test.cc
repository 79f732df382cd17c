// Counts over a real store.
#include <gtest/gtest.h>

#include "console/api/endpoints/test_console.h"

namespace penstock::console {
namespace {

using testing::Answer;
using testing::kEventsNow;
using testing::StoredEvents;

using Stats = StoredEvents;

// An answer about the day before now, the default, that goes on so.
std::string of_the_day(std::string_view rest) {
  return str_cat(R"({"from":1799913600,"to":1800000000,)", rest);
}

TEST_F(Stats, SummaryCountsTheRange) {
  const Answer all = get("/stats/summary");
  EXPECT_EQ(all.status, 200);
  EXPECT_TRUE(all.says("\"events\":10")) << all.body;
  EXPECT_TRUE(all.says("\"visitors\":2")) << all.body;
  // The batch ends with the oldest one.
  EXPECT_TRUE(all.says(str_cat("\"newest_received_at\":", kEventsNow - 600'000))) << all.body;
  const Answer none = get("/stats/summary?from=2020-01-01&to=2020-01-02");
  EXPECT_TRUE(none.says("\"events\":0")) << none.body;
  const Answer filtered = get("/stats/summary?path=/b");
  EXPECT_TRUE(filtered.says("\"events\":4")) << filtered.body;
}

// Of the ten events that there are.
TEST_F(Stats, FirstIsTheOldestEvent) {
  const Answer answer = get("/stats/first");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, str_cat(R"({"first_event_at":)", kEventsNow - 600'000, "}"));
}

TEST_F(Stats, FirstIsOfOneProjectToo) {
  EXPECT_EQ(get("/stats/first?project=default").body, get("/stats/first").body);
  EXPECT_EQ(get("/stats/first?project=nobodys").body, R"({"first_event_at":null})");
  EXPECT_EQ(get("/stats/first?projekt=default").status, 400);
}

TEST_F(Stats, TimeseriesHasColumnsOfOneLength) {
  const Answer answer = get("/stats/timeseries?step=60&from=1799996400&to=1800000000");
  ASSERT_EQ(answer.status, 200) << answer.body;
  EXPECT_TRUE(answer.says("\"from\":1799996400,\"to\":1800000000,\"step\":60")) << answer.body;
  EXPECT_EQ(get("/stats/timeseries?step=7").status, 400);
  EXPECT_EQ(get("/stats/timeseries?from=0&step=60").status, 400);
}

TEST_F(Stats, TopListsMostFrequentFirst) {
  const Answer answer = get("/stats/top?dimension=path");
  EXPECT_TRUE(answer.says(of_the_day(R"("dimension":"path","rows":[{"value":"/a","events":6},)"
                                     R"({"value":"/b","events":4}],"missing_days":[]})")))
      << answer.body;
  EXPECT_EQ(get("/stats/top").status, 400);
  EXPECT_TRUE(get("/stats/top?dimension=name&limit=1").says("pageview"));
}

TEST_F(Stats, TopTellsVisitorsWhereTheyAreAskedFor) {
  const Answer answer = get("/stats/top?dimension=path&visitors=1");
  EXPECT_TRUE(answer.says(R"("rows":[{"value":"/a","events":6,"visitors":2},)"
                          R"({"value":"/b","events":4,"visitors":2}])"))
      << answer.body;
  const Answer filtered = get("/stats/top?dimension=path&visitors=true&filter=name%3Dsignup");
  EXPECT_TRUE(filtered.says(R"("rows":[{"value":"/a","events":1,"visitors":1}])")) << filtered.body;
  const Answer none = get("/stats/top?dimension=path&visitors=1&search=x");
  EXPECT_TRUE(none.says(R"("rows":[])")) << none.body;
  EXPECT_FALSE(get("/stats/top?dimension=path&visitors=0").says("visitors"));
  EXPECT_EQ(get("/stats/top?dimension=path&visitors=2").status, 400);
  EXPECT_EQ(get("/stats/entries?dimension=path&visitors=1").status, 400);
}

TEST_F(Stats, ConditionsFilter) {
  EXPECT_TRUE(get("/stats/summary?filter=path!%3D%2Fb").says("\"events\":6"));
  EXPECT_TRUE(get("/stats/summary?filter=path%5E%3D%2F&filter=path~%3DB").says("\"events\":4"));
  EXPECT_TRUE(get("/stats/summary?filter=properties.plan%3F").says("\"events\":0"));
  EXPECT_TRUE(get("/stats/summary?bots=only").says("\"events\":0"));
  EXPECT_TRUE(get("/stats/summary?bots=0&tz=Europe%2FBerlin").says("\"events\":10"));
  for (const char* bad : {"filter=path", "filter=shoe%3D4", "bots=2", "tz=Mars"}) {
    EXPECT_EQ(get(str_cat("/stats/summary?", bad)).status, 400) << bad;
  }
}

TEST_F(Stats, ListsAreSearched) {
  EXPECT_TRUE(
      get("/stats/top?dimension=path&search=B").says(R"("rows":[{"value":"/b","events":4}])"));
  EXPECT_TRUE(get("/stats/top?dimension=path&search=x").says(R"("rows":[])"));
  EXPECT_TRUE(get("/stats/top?dimension=project").says(R"("events":10}])"));
}

// Of rows without a value, so that a list adds up.
TEST_F(Stats, ListsHaveWhatIsEmpty) {
  EXPECT_TRUE(get("/stats/top?dimension=properties.plan").says(R"([{"value":"","events":10}])"));
}

// 1,800,000,000 is 08:00 in UTC, 13:45 in Kathmandu.
TEST_F(Stats, DaysAreTheViewers) {
  const Answer answer = get("/stats/timeseries?step=day&tz=Asia%2FKathmandu");
  EXPECT_TRUE(answer.says(R"("step":"day","t":[1799864100,1799950500],)")) << answer.body;
  EXPECT_TRUE(get("/stats/timeseries?step=month").says(R"("step":"month","t":[1798761600])"));
  EXPECT_TRUE(get("/stats/visits/timeseries?step=week&tz=UTC").says(R"("step":"week",)"));
  EXPECT_TRUE(
      get("/stats/summary?from=1799999999123&to=1800000000").says(R"("from":1799999999.123,)"));
}

TEST_F(Stats, PropertiesFilterAndAreCountedBy) {
  const Answer none = get("/stats/top?dimension=properties.plan&properties.plan=none");
  EXPECT_TRUE(none.says(of_the_day(R"("dimension":"properties.plan","rows":[])"))) << none.body;
  EXPECT_TRUE(get("/stats/summary?properties.plan=").says("\"events\":10"));
  EXPECT_EQ(get("/stats/top?dimension=properties.").status, 400);
}

// Two visitors by turns, an event a minute: each has one visit.
TEST_F(Stats, VisitsAreCountedWhole) {
  const Answer all = get("/stats/visits");
  EXPECT_EQ(all.body,
            of_the_day(R"("visits":2,"bounces":0,"seconds":960,"average_seconds":480,"entries":2,)"
                       R"("exits":2,"missing_days":[]})"));
  const Answer filtered = get("/stats/visits?path=/b");
  EXPECT_TRUE(filtered.says(R"("visits":2,"bounces":0,"seconds":960)")) << filtered.body;
  EXPECT_TRUE(filtered.says(R"("entries":2,"exits":0)")) << filtered.body;
  const Answer none = get("/stats/visits?path=/none");
  EXPECT_TRUE(none.says(R"("visits":0,"bounces":0,"seconds":0,"average_seconds":null)"))
      << none.body;
  EXPECT_EQ(get("/stats/visits?step=60").status, 400);
}

TEST_F(Stats, VisitsByTimeCountInTheStepOfTheirFirstEvent) {
  const Answer answer = get("/stats/visits/timeseries?step=5m&from=1799999400&to=1800000000");
  EXPECT_EQ(answer.body,
            R"({"from":1799999400,"to":1800000000,"step":300,"t":[1799999400,1799999700],)"
            R"("visits":[2,0],"bounces":[0,0],"seconds":[960,0],"missing_days":[]})");
  EXPECT_EQ(get("/stats/visits/timeseries?step=7").status, 400);
}

TEST_F(Stats, EntriesAndExitsAreLists) {
  EXPECT_EQ(
      get("/stats/entries?dimension=path").body,
      of_the_day(R"("dimension":"path","rows":[{"value":"/b","events":2}],"missing_days":[]})"));
  EXPECT_EQ(
      get("/stats/exits?dimension=name&limit=1&browser=Firefox").body,
      of_the_day(
          R"("dimension":"name","rows":[{"value":"pageview","events":1}],"missing_days":[]})"));
  EXPECT_EQ(get("/stats/exits?dimension=path&path=/b").body,
            of_the_day(R"("dimension":"path","rows":[],"missing_days":[]})"));
  for (const char* list : {"/stats/entries", "/stats/exits"}) {
    EXPECT_EQ(get(list).status, 400) << list;
    EXPECT_EQ(get(str_cat(list, "?dimension=path&limit=1001")).status, 400) << list;
  }
}

// A visit that began on the day before is longer once that day is known.
TEST_F(Stats, VisitsAreAnsweredAnewWhereTheDayBeforeHasChanged) {
  settle();
  const std::string range = str_cat("?from=", kEventsNow - 3'600'000, "&to=", kEventsNow);
  const Answer visits = get("/stats/visits" + range);
  const Answer summary = get("/stats/summary" + range);
  event::IdMaker ids(Random(2));
  event::Row row;
  row.record.occurred_at_ms = row.record.received_at_ms = kEventsNow - 86'400'000;
  row.record.id = ids.make(row.record.occurred_at_ms);
  row.record.project = "default";
  console_.store({row});
  EXPECT_EQ(get("/stats/summary" + range, summary.header("ETag")).status, 304);
  EXPECT_EQ(get("/stats/visits" + range, visits.header("ETag")).status, 200);
}

// The rest is told by answer_tag_test.cc.
TEST_F(Stats, AnswersHaveTagsAndAreNotRepeated) {
  settle();
  for (const char* question :
       {"summary?", "timeseries?step=60&", "overview?step=60&", "top?dimension=path&", "visits?",
        "visits/timeseries?step=60&", "entries?dimension=path&", "exits?dimension=path&"}) {
    const std::string target =
        str_cat("/stats/", question, "from=", kEventsNow - 3'600'000, "&to=", kEventsNow);
    const Answer first = get(target);
    EXPECT_EQ(first.status, 200) << first.body;
    ASSERT_NE(first.header("ETag"), "") << target;
    const Answer again = get(target, first.header("ETag"));
    EXPECT_EQ(again.status, 304) << target;
    EXPECT_EQ(again.body, "");
    EXPECT_EQ(get(str_cat(target, "&name=signup"), first.header("ETag")).status, 200) << target;
  }
}

}  // namespace
}  // namespace penstock::console
