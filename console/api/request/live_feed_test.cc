#include "console/api/request/live_feed.h"

#include <gtest/gtest.h>

#include "console/api/request/test_api.h"
#include "store/contract/row_testing.h"
#include "support/loopback_client.h"
#include "support/wait_for.h"

namespace penstock::console {
namespace {

using penstock::testing::LoopbackClient;
using penstock::testing::wait_for;
using testing::Headers;

http::Response watch(Call& call, Services&);

constexpr Route kRoutes[] = {
    {.method = http::Method::kGet,
     .path = "/api/v1/watch",
     .access = Access::kViewer,
     .endpoint = watch,
     .lane = Lane::kStreams,
     .summary = ""},
};

// Of names that begin with the query; "changes" watches those.
http::Response watch(Call& call, Services&) {
  LiveFeed::Watcher watcher;
  watcher.kind = call.query == "changes" ? LiveFeed::Kind::kChanges : LiveFeed::Kind::kEvents;
  if (!call.query.empty()) {
    watcher.filter.conditions.push_back(
        {store::Dimension::kName, call.query, store::Comparison::kStartsWith});
  }
  watcher.question = call.query;
  watcher.route = &kRoutes[0];
  watcher.call = call;
  watcher.answer = call.parts->shared_from_this();
  if (!call.feed->add(std::move(watcher))) return http::error_response(503, "busy", "too many");
  return {};
}

class LiveFeedTest : public ::testing::Test {
 protected:
  LiveFeedTest() : api_(kRoutes) {
    api_.add_user("viewer@example.com", Role::kViewer);
    api_.start();
    token_ = api_.session_of("viewer@example.com");
  }

  // Asks, and is being answered.
  void begin(LoopbackClient& client, std::string_view query) const {
    client.send(str_cat("GET /api/v1/watch?", query, " HTTP/1.1\r\nHost: localhost\r\nCookie: ",
                        "penstock_session=", token_, "\r\n\r\n"));
    const auto answer = client.receive();
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.header("Content-Type"), "text/event-stream");
  }

  void store(std::string_view name, int count) {
    std::vector<event::Row> rows;
    for (int i = 0; i < count; ++i) {
      auto row = store::row_at(testing::kEventsNow, number_++);
      row.record.name = name;
      row.record.properties = "{\n\"a\":1}";
      rows.push_back(row);
    }
    api_.store(rows);
  }

  // Reads on until the text has come.
  static bool comes(LoopbackClient& client, std::string& so_far, std::string_view text) {
    return wait_for([&] {
      so_far += client.take(client.peek().size());
      return so_far.find(text) != std::string::npos;
    });
  }

  testing::TestApi api_;
  std::string token_;
  std::uint32_t number_ = 0;
};

TEST_F(LiveFeedTest, GivesWhatIsStoredToThoseWhoWantIt) {
  store("before", 3);
  LoopbackClient all(api_.port());
  LoopbackClient some(api_.port());
  begin(all, "");
  begin(some, "sign");
  std::string of_all;
  std::string of_some;
  store("pageview", 1);
  EXPECT_TRUE(comes(all, of_all, "pageview"));
  EXPECT_TRUE(comes(some, of_some, "\"left\":0,"));
  store("signup", 2);
  EXPECT_TRUE(comes(all, of_all, "signup"));
  EXPECT_TRUE(comes(some, of_some, "\"left\":2,"));
  EXPECT_EQ(of_all.find("before"), std::string::npos);
  EXPECT_EQ(of_some.find("pageview"), std::string::npos);
  EXPECT_NE(of_some.find("event: events\ndata: {"), std::string::npos);
  // A field ends with its line.
  EXPECT_NE(of_some.find("{ \"a\":1}"), std::string::npos) << of_some;
}

// Who comes while the feed waits for its next tick, because somebody else watches already.
TEST_F(LiveFeedTest, MissesNothingFromTheHeadOn) {
  LoopbackClient other(api_.port());
  begin(other, "changes");
  for (int i = 0; i < 5; ++i) {
    LoopbackClient client(api_.port());
    begin(client, "");
    const std::string name = str_cat("at once ", i);
    store(name, 1);
    std::string text;
    EXPECT_TRUE(comes(client, text, name)) << text;
  }
}

TEST_F(LiveFeedTest, ShowsAFewOfMany) {
  LoopbackClient client(api_.port());
  begin(client, "many");
  std::string text;
  EXPECT_TRUE(wait_for([&] {
    store("many", 1);
    return comes(client, text, "\"left\":1,");
  }));
  text.clear();
  store("many", 400);
  EXPECT_TRUE(comes(client, text, "\"left\":400,"));
  EXPECT_TRUE(comes(client, text, "\n\n"));
  std::size_t shown = 0;
  for (std::size_t at = 0; (at = text.find("\"id\":", at)) != std::string::npos; ++at) ++shown;
  EXPECT_GT(shown, 0u);
  EXPECT_LE(shown, 2 * LiveFeed::kShownMax);
}

TEST_F(LiveFeedTest, TellsThatSomethingHasChanged) {
  LoopbackClient client(api_.port());
  begin(client, "changes");
  const auto comes_again = [&] {
    return wait_for([&] {
      api_.clock().advance_ms(LiveFeed::kChangeMs);
      return client.take(client.peek().size()).find("event: store") != std::string::npos;
    });
  };
  EXPECT_TRUE(comes_again());  // What there is, to one who has just come.
  store("new", 1);
  EXPECT_TRUE(comes_again());
}

// Also a comment now and then, by which all between us see that it lives.
TEST_F(LiveFeedTest, EndsWithTheSession) {
  LoopbackClient client(api_.port());
  begin(client, "");
  std::string text;
  EXPECT_TRUE(wait_for([&] {
    api_.clock().advance_ms(LiveFeed::kBeatMs);
    return client.peek().find(": still here") != std::string::npos;
  }));
  auto accounts = Accounts::open(api_.settings().accounts_path, api_.clock());
  ASSERT_TRUE((*accounts)->sign_out(token_));
  EXPECT_TRUE(wait_for([&] {
    api_.clock().advance_ms(LiveFeed::kSessionMs);
    return client.peek().ends_with("0\r\n\r\n");
  }));
}

TEST_F(LiveFeedTest, OneUserHasSoManyAtMost) {
  std::vector<std::unique_ptr<LoopbackClient>> clients;
  for (std::size_t i = 0; i < LiveFeed::kWatchersOfUserMax; ++i) {
    clients.push_back(std::make_unique<LoopbackClient>(api_.port()));
    begin(*clients.back(), "");
  }
  const auto ask = [&] {
    return api_.ask("GET", "/api/v1/watch?", {{"Cookie", "penstock_session=" + token_}}).status;
  };
  EXPECT_EQ(ask(), 503);
  clients.pop_back();
  EXPECT_TRUE(wait_for([&] {
    LoopbackClient again(api_.port());
    again.send(str_cat("GET /api/v1/watch? HTTP/1.1\r\nHost: localhost\r\nCookie: ",
                       "penstock_session=", token_, "\r\n\r\n"));
    return again.receive().status == 200;
  }));
}

// A head alone, and who may not watch.
TEST_F(LiveFeedTest, AnswersOthersAtOnce) {
  EXPECT_EQ(api_.ask("GET", "/api/v1/watch?").status, 401);
  const Headers signed_in{{"Cookie", "penstock_session=" + token_}};
  EXPECT_EQ(api_.ask("HEAD", "/api/v1/watch?", signed_in).status, 200);
}

}  // namespace
}  // namespace penstock::console
