// The endpoints of streams: what they refuse, and that their filters are those of all endpoints.
#include <gtest/gtest.h>

#include "console/api/endpoints/test_console.h"
#include "store/contract/row_testing.h"
#include "support/loopback_client.h"
#include "support/wait_for.h"

namespace penstock::console {
namespace {

using penstock::testing::LoopbackClient;
using penstock::testing::wait_for;

class Live : public testing::StoredEvents {
 protected:
  void begin(LoopbackClient& client, std::string_view target) const {
    client.send(str_cat("GET /api/v1", target,
                        " HTTP/1.1\r\nHost: localhost\r\nCookie: ", visitor_.cookie, "\r\n\r\n"));
    const auto answer = client.receive();
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.header("Content-Type"), "text/event-stream");
    EXPECT_EQ(answer.header("Cache-Control"), "no-store");
  }
};

TEST_F(Live, IsOfWhatIsFiltered) {
  LoopbackClient client(console_.port());
  begin(client, "/events/live?bots=0&filter=name^%3Dnew");
  std::uint32_t number = 0;
  std::string text;
  EXPECT_TRUE(wait_for([&] {
    auto wanted = store::row_at(testing::kEventsNow, number++);
    wanted.record.name = "new one";
    auto other = store::row_at(testing::kEventsNow, number++);
    auto bot = store::row_at(testing::kEventsNow, number++);
    bot.record.name = "new bot";
    bot.is_bot = true;
    console_.store({wanted, other, bot});
    text += client.take(client.peek().size());
    return text.find("\"name\":\"new one\"") != std::string::npos;
  }));
  EXPECT_EQ(text.find("new bot"), std::string::npos);
  EXPECT_EQ(text.find("pageview"), std::string::npos);
}

TEST_F(Live, ChangesAreTold) {
  LoopbackClient client(console_.port());
  begin(client, "/changes");
  EXPECT_TRUE(wait_for([&] {
    console_.clock().advance_ms(LiveFeed::kChangeMs);
    return client.peek().find("event: store\ndata: {}\n\n") != std::string::npos;
  }));
}

TEST_F(Live, RefusesWhatItDoesNotKnow) {
  EXPECT_EQ(console_.ask("GET", "/api/v1/events/live").status, 401);
  EXPECT_EQ(console_.ask("GET", "/api/v1/changes").status, 401);
  // What is stored from now on has no range.
  for (const char* bad : {"from=0", "bots=2", "filter=x", "limit=5"}) {
    EXPECT_EQ(get(str_cat("/events/live?", bad)).status, 400) << bad;
  }
  EXPECT_EQ(get("/changes?bots=0").status, 400);
}

}  // namespace
}  // namespace penstock::console
