// Counts over a real store.
#include <gtest/gtest.h>

#include "console/api/endpoints/test_console.h"

namespace penstock::console {
namespace {

using testing::Answer;
using testing::kEventsNow;
using testing::StoredEvents;

using Stats = StoredEvents;

TEST_F(Stats, SummaryCountsTheRange) {
  const Answer all = get("/stats/summary");
  EXPECT_EQ(all.status, 200);
  EXPECT_TRUE(all.says("\"events\":10")) << all.body;
  EXPECT_TRUE(all.says("\"visitors\":2")) << all.body;
  EXPECT_TRUE(all.says(str_cat("\"newest_received_at\":", kEventsNow - 60'000))) << all.body;
  const Answer none = get("/stats/summary?from=2020-01-01&to=2020-01-02");
  EXPECT_TRUE(none.says("\"events\":0")) << none.body;
  const Answer filtered = get("/stats/summary?path=/b");
  EXPECT_TRUE(filtered.says("\"events\":4")) << filtered.body;
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
  EXPECT_TRUE(answer.says(R"({"dimension":"path","rows":[{"value":"/a","events":6},)"
                          R"({"value":"/b","events":4}],"missing_days":[]})"))
      << answer.body;
  EXPECT_EQ(get("/stats/top").status, 400);
  EXPECT_TRUE(get("/stats/top?dimension=name&limit=1").says("pageview"));
}

TEST_F(Stats, PropertiesFilterAndAreCountedBy) {
  const Answer none = get("/stats/top?dimension=properties.plan&properties.plan=none");
  EXPECT_TRUE(none.says(R"({"dimension":"properties.plan","rows":[])")) << none.body;
  EXPECT_TRUE(get("/stats/summary?properties.plan=").says("\"events\":10"));
  EXPECT_EQ(get("/stats/top?dimension=properties.").status, 400);
}

// The rest is told by answer_tag_test.cc.
TEST_F(Stats, AnswersHaveTagsAndAreNotRepeated) {
  settle();
  for (const char* question : {"summary?", "timeseries?step=60&", "top?dimension=path&"}) {
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
