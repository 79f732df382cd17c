#include <string>

#include <gtest/gtest.h>

#include "console/api/endpoints/test_console.h"
#include "queue/redis/client.h"
#include "queue/redis/options.h"
#include "support/redis_server.h"

namespace penstock::console {
namespace {

using testing::Answer;
using testing::TestConsole;

TEST(TimedJobs, AreThoseOfSidekiqsSets) {
  penstock::testing::RedisServer redis;
  ASSERT_TRUE(redis.start());
  TestConsole console;
  console.add_user("ada@x", Role::kViewer);
  console.use_queue(redis.address().text(), "low");
  console.start();
  const auto visitor = console.sign_in("ada@x");
  const SystemClock clock;
  queue::RedisClient client(*queue::redis_options(console.settings().queue.queue), clock);
  ASSERT_TRUE(client.call({"ZADD", "retry", "20.5", R"({"class":"X","args":[],"jid":"b"})", "10",
                           R"({"class":"X","args":[],"jid":"a"})"}));

  Answer answer = console.ask("GET", "/api/v1/queue/timed?limit=1&offset=1", visitor.headers());
  EXPECT_TRUE(answer.says(R"({"total":2,"jobs":[{"at":20500,)")) << answer.body;
  EXPECT_TRUE(answer.says(R"("class":"X","jid":"b")")) << answer.body;
  EXPECT_FALSE(answer.says(R"("jid":"a")")) << answer.body;
  answer = console.ask("GET", "/api/v1/queue/timed?set=schedule", visitor.headers());
  EXPECT_EQ(answer.body, R"({"total":0,"jobs":[]})");
  EXPECT_EQ(console.ask("GET", "/api/v1/queue/timed?set=x", visitor.headers()).status, 400);
  EXPECT_TRUE(console.ask("GET", "/api/v1/queue", visitor.headers()).says(R"("timed":true)"));
}

TEST(TimedJobs, AreNotOfAnotherQueue) {
  TestConsole console;
  console.add_user("ada@x", Role::kViewer);
  console.start();
  const auto visitor = console.sign_in("ada@x");
  EXPECT_EQ(console.ask("GET", "/api/v1/queue/timed", visitor.headers()).status, 404);
  EXPECT_TRUE(console.ask("GET", "/api/v1/queue", visitor.headers()).says(R"("timed":false)"));
}

}  // namespace
}  // namespace penstock::console
