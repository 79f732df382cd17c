#include <string>

#include <gtest/gtest.h>

#include "console/api/endpoints/test_console.h"
#include "queue/letters/put_back.h"
#include "queue/spool/folder.h"

namespace penstock::console {
namespace {

using testing::Answer;
using testing::TestConsole;

TEST(Waiting, TellsTheOldestFirst) {
  TestConsole console;
  console.add_user("ada@x", Role::kViewer);
  const std::string& spool = console.settings().spool_path;
  ASSERT_TRUE(queue::make_spool_folder(spool));
  const SystemClock clock;
  const auto put_back = queue::put_back_to_spool({spool, 1 << 24, 1 << 20}, clock);
  for (std::string_view message : {"one", "two", "three"}) {
    ASSERT_TRUE(put_back({&message, 1}));
  }
  console.start();
  const auto visitor = console.sign_in("ada@x");

  Answer answer = console.ask("GET", "/api/v1/queue/waiting", visitor.headers());
  EXPECT_EQ(answer.status, 200);
  EXPECT_TRUE(answer.says(R"({"total":3,"messages":[{"at":)")) << answer.body;
  EXPECT_TRUE(answer.says(R"("bytes":3,"message":"b25l","truncated":false,"form":"unknown")"))
      << answer.body;

  answer = console.ask("GET", "/api/v1/queue/waiting?limit=1", visitor.headers());
  EXPECT_TRUE(answer.says("b25l") && !answer.says("dHdv")) << answer.body;
  EXPECT_TRUE(answer.says(R"("total":3)")) << answer.body;
  for (const char* query : {"?limit=0", "?limit=201", "?nonsense=1"}) {
    EXPECT_EQ(console.ask("GET", str_cat("/api/v1/queue/waiting", query), visitor.headers()).status,
              400);
  }
}

TEST(Waiting, SaysWhyItCannotBeHad) {
  TestConsole console;
  console.add_user("ada@x", Role::kViewer);
  console.use_redis_at_closed_port();
  console.start();
  const auto visitor = console.sign_in("ada@x");
  const Answer answer = console.ask("GET", "/api/v1/queue/waiting", visitor.headers());
  EXPECT_EQ(answer.status, 503);
  EXPECT_EQ(answer.member("error"), "unavailable");
}

}  // namespace
}  // namespace penstock::console
