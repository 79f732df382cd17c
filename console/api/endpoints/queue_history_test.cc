#include "console/api/request/queue_history.h"

#include <string>

#include <gtest/gtest.h>

#include "console/api/endpoints/test_console.h"

namespace penstock::console {
namespace {

using testing::Answer;
using testing::kEventsNow;
using testing::TestConsole;

TEST(QueueHistoryAnswer, HasGapsAndNo0WhereNothingIsKnown) {
  TestConsole console;
  console.add_user("ada@x", Role::kViewer);
  console.start();
  auto history = QueueHistory::open(console.settings().history_path());
  ASSERT_TRUE(history);
  const std::int64_t now_s = kEventsNow / 1'000;
  QueueSample sample;
  sample.at_s = now_s - 180;
  sample.depth = 3;
  sample.oldest_ms = 1'500;
  ASSERT_TRUE(history->add(sample));
  const auto visitor = console.sign_in("ada@x");
  const auto get = [&](std::string_view query) {
    return console.ask("GET", str_cat("/api/v1/queue/history", query), visitor.headers());
  };

  const Answer answer = get(str_cat("?from=", now_s - 240, "&to=", now_s - 60, "&step=60"));

  EXPECT_EQ(answer.status, 200) << answer.body;
  EXPECT_TRUE(answer.says(
      str_cat(R"("step":60,"t":[)", now_s - 240, ",", now_s - 180, ",", now_s - 120, "]")))
      << answer.body;
  EXPECT_TRUE(answer.says(R"("depth":[null,3,null],"oldest_seconds":[null,1.5,null],)"
                          R"("dead":[null,null,null],"in":[null,null,null])"))
      << answer.body;
  EXPECT_EQ(get("").status, 200);
  for (const char* query :
       {"?step=30", "?step=x", "?from=0&step=60", "?from=x", "?nonsense=1", "?step=61"}) {
    EXPECT_EQ(get(query).status, 400) << query;
  }
}

}  // namespace
}  // namespace penstock::console
