// The reading endpoints over a real store: counts, lists and pages.
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "console/api/test_console.h"
#include "event/id.h"

namespace penstock::console {
namespace {

using testing::Answer;
using testing::TestConsole;
using testing::Visitor;

constexpr std::int64_t kNow = 1'800'000'000'000;

class Stats : public ::testing::Test {
 protected:
  void SetUp() override {
    console_.add_user("ada@x", Role::kViewer);
    std::vector<event::Row> rows;
    event::IdMaker ids(Random(1));
    for (int i = 0; i < 10; ++i) {
      event::Row row;
      row.record.occurred_at_ms = kNow - 60'000 * (i + 1);
      row.record.received_at_ms = row.record.occurred_at_ms;
      row.record.id = ids.make(row.record.occurred_at_ms);
      row.record.project = "default";
      row.record.source = "events";
      row.record.name = i == 0 ? "signup" : "pageview";
      row.record.anonymous_id = i % 2 == 0 ? "even" : "odd";
      row.path = i < 6 ? "/a" : "/b";
      row.browser = "Firefox";
      row.record.properties = R"({"text":"</script><b>"})";
      ids_.push_back(row.record.id.hex());
      rows.push_back(row);
    }
    console_.store(rows);
    console_.start();
    visitor_ = console_.sign_in("ada@x");
  }

  Answer get(std::string_view target) {
    return console_.ask("GET", str_cat("/api/v1", target), visitor_.headers());
  }

  TestConsole console_;
  Visitor visitor_;
  std::vector<std::string> ids_;  // Newest first.
};

int count_of(const std::string& text, std::string_view part) {
  int count = 0;
  for (std::size_t at = 0; (at = text.find(part, at)) != std::string::npos; ++at) ++count;
  return count;
}

TEST_F(Stats, SummaryCountsTheRange) {
  const Answer all = get("/stats/summary");
  EXPECT_EQ(all.status, 200);
  EXPECT_TRUE(all.says("\"events\":10")) << all.body;
  EXPECT_TRUE(all.says("\"visitors\":2")) << all.body;
  EXPECT_TRUE(all.says(str_cat("\"newest_received_at\":", kNow - 60'000))) << all.body;
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
                          R"({"value":"/b","events":4}]})"))
      << answer.body;
  EXPECT_EQ(get("/stats/top").status, 400);
  EXPECT_TRUE(get("/stats/top?dimension=name&limit=1").says("pageview"));
}

TEST_F(Stats, EventsComeInPagesNewestFirst) {
  std::string target = "/events?limit=4";
  std::string seen;
  int pages = 0;
  for (;; ++pages) {
    const Answer answer = get(target);
    ASSERT_EQ(answer.status, 200) << answer.body;
    seen += answer.body;
    const std::string cursor = answer.member("next_cursor");
    if (cursor.empty() || pages > 10) break;
    target = str_cat("/events?limit=4&cursor=", cursor);
  }
  EXPECT_LE(pages, 3);
  std::size_t last = 0;
  for (const std::string& id : ids_) {
    const std::size_t at = seen.find(id);
    ASSERT_NE(at, std::string::npos) << id;
    EXPECT_GE(at, last);
    last = at;
  }
  EXPECT_EQ(count_of(seen, "\"id\":"), 10);
  EXPECT_EQ(count_of(get("/events?name=signup").body, "\"id\":"), 1);
  EXPECT_EQ(count_of(get("/events?is_bot=true").body, "\"id\":"), 0);
  EXPECT_EQ(get("/events?cursor=nonsense").status, 400);
}

TEST_F(Stats, OneEventByItsId) {
  const Answer answer = get(str_cat("/events/", ids_[0]));
  EXPECT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(answer.member("name"), "signup");
  EXPECT_EQ(answer.header("Content-Type"), "application/json");
  EXPECT_EQ(get(str_cat("/events/", std::string(32, 'f'))).status, 404);
  EXPECT_EQ(get("/events/nonsense").status, 400);
}

TEST_F(Stats, QueueAndSystemSayHowItIs) {
  const Answer queue = get("/queue");
  EXPECT_TRUE(queue.says("\"kind\":\"spool\",\"reachable\":true,\"depth\":0")) << queue.body;
  const Answer system = get("/system");
  EXPECT_TRUE(system.says("\"version\":\"0.0.0-test\"")) << system.body;
  EXPECT_TRUE(system.says("penstock-ingest")) << system.body;
}

}  // namespace
}  // namespace penstock::console
