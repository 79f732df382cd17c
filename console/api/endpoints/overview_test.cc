// A range at a glance, over a real store.
#include <gtest/gtest.h>

#include "console/api/endpoints/test_console.h"

namespace penstock::console {
namespace {

using testing::Answer;
using testing::StoredEvents;

using OverviewOfARange = StoredEvents;

TEST_F(OverviewOfARange, SaysWhatTheOthersDo) {
  const std::string_view range = "from=1799996400&to=1800000000";
  const auto member = [](const Answer& answer, std::string_view name) {
    const std::size_t at = answer.body.find(str_cat('"', name, "\":"));
    return at == std::string::npos ? "none"
                                   : answer.body.substr(at, answer.body.find(']', at) - at);
  };
  for (const std::string_view rest : {"", "&bots=0", "&bots=0&path=/b", "&filter=path!%3D%2Fb"}) {
    const Answer all = get(str_cat("/stats/overview?step=60&", range, rest));
    ASSERT_EQ(all.status, 200) << all.body;
    const Answer series = get(str_cat("/stats/timeseries?step=60&", range, rest));
    const Answer visits = get(str_cat("/stats/visits/timeseries?step=60&", range, rest));
    for (const std::string_view name : {"t", "events", "visitors"}) {
      EXPECT_EQ(member(all, name), member(series, name)) << rest;
    }
    for (const std::string_view name : {"visits", "bounces", "seconds"}) {
      EXPECT_EQ(member(all, name), member(visits, name)) << rest;
    }
  }
}

TEST_F(OverviewOfARange, HasTotals) {
  const Answer all = get("/stats/overview?bots=0");
  EXPECT_TRUE(all.says(R"("totals":{"events":10,"visitors":2,"bots":0,"newest_received_at":)"))
      << all.body;
  EXPECT_TRUE(all.says(R"("bots_left_out":0,"visits":)")) << all.body;
  const Answer none = get("/stats/overview?from=2020-01-01&to=2020-01-02&bots=0");
  EXPECT_TRUE(none.says(R"("newest_received_at":null,"bots_left_out":0,"visits":0,"bounces":0,)"
                        R"("seconds":0,"average_seconds":null})"))
      << none.body;
}

TEST_F(OverviewOfARange, RefusesStepsThatNobodyHas) {
  EXPECT_EQ(get("/stats/overview?step=7").status, 400);
  EXPECT_EQ(get("/stats/overview?from=0&step=60").status, 400);
  EXPECT_EQ(get("/stats/overview?stepp=60").status, 400);
}

}  // namespace
}  // namespace penstock::console
