// What pages of other origins get: the script, preflights, and answers that they may read.
#include <string>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "intake/intake_testing.h"

namespace penstock::intake {
namespace {

using testing::Answer;
using ::testing::HasSubstr;
using testing::LoopbackClient;
using ::testing::Not;
using testing::wait_for;

class IntakePages : public IntakeTest {};

TEST_F(IntakePages, ServesTheScript) {
  start();
  const Answer answer = ask_at_once(get("/p.js"));
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.header("Content-Type"), "text/javascript; charset=utf-8");
  EXPECT_EQ(answer.header("Cache-Control"), "public, max-age=3600");
}

TEST_F(IntakePages, SendsTheScriptOnceToWhoKeepsIt) {
  start();
  const std::string tag = ask_at_once(get("/p.js")).header("ETag");
  const std::string inside = tag.substr(1, tag.size() - 2);
  const std::pair<std::string, int> at_once[] = {
      {tag, 304},
      {"W/" + tag, 304},
      {" * ", 304},
      {"\"a,b\", " + tag, 304},
      {"\"a\"\r\nIf-None-Match: " + tag, 304},
      {"\"other\"", 200},
      // Text that has the tag in it names it no more than a longer tag does.
      {"\"x" + inside + "\"", 200},
      {inside, 200},
      {"no list " + tag, 200},
  };
  for (const auto& [value, status] : at_once) {
    EXPECT_EQ(ask_at_once(get("/p.js", "If-None-Match: " + value + "\r\n")).status, status)
        << value;
  }
}

TEST_F(IntakePages, ServesTheScriptCompressed) {
  start();
  const Answer plain = ask_at_once(get("/p.js"));
  const Answer gzipped = ask_at_once(get("/p.js", "Accept-Encoding: gzip, br\r\n"));
  EXPECT_EQ(plain.header("Content-Encoding"), "");
  EXPECT_EQ(gzipped.header("Content-Encoding"), "gzip");
  EXPECT_LT(gzipped.body.size(), 2'500u);
  EXPECT_LT(gzipped.body.size(), plain.body.size());
  EXPECT_NE(gzipped.header("ETag"), plain.header("ETag"));
}

// Blockers know /p.js and /v1/events: the operator may choose one path for both.
TEST_F(IntakePages, ServesTheScriptAtAPathOfTheOperators) {
  settings_.script_path = "/assets/site.js";
  start();
  const std::string origin = "Origin: https://shop.example\r\n";
  const Answer own = ask_at_once(get("/assets/site.js"));
  EXPECT_EQ(own.status, 200);
  EXPECT_EQ(own.header("Content-Type"), "text/javascript; charset=utf-8");
  EXPECT_THAT(own.body, HasSubstr("/assets/site.js?partial=1"));
  EXPECT_THAT(ask_at_once(get("/p.js")).body, HasSubstr("/v1/events?partial=1"));
  EXPECT_EQ(ask(post("/assets/site.js?partial=1", R"([{"name":"n"}])", origin)).status, 202);
  EXPECT_EQ(ask_at_once(post("/assets/site.js", "{", origin)).status, 400);
  EXPECT_EQ(ask_at_once(post("/p.js", "", origin)).status, 405);
  const Answer wrong = ask_at_once("PUT /assets/site.js HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_EQ(wrong.status, 405);
  EXPECT_EQ(wrong.header("Allow"), "GET, HEAD, POST, OPTIONS");
  const Answer preflight =
      ask_at_once("OPTIONS /assets/site.js HTTP/1.1\r\nHost: h\r\n" + origin + "\r\n");
  EXPECT_EQ(preflight.header("Access-Control-Allow-Methods"), "GET, HEAD, POST, OPTIONS");
}

TEST_F(IntakePages, AnswersPreflightsOfEveryRoute) {
  start();
  for (const char* target : {"*", "/v1/events", "/anything"}) {
    const Answer answer = ask_at_once("OPTIONS " + std::string(target) +
                                      " HTTP/1.1\r\nHost: h\r\nOrigin: https://a.b\r\n\r\n");
    EXPECT_EQ(answer.status, 204);
    EXPECT_EQ(answer.header("Access-Control-Allow-Origin"), "https://a.b");
    EXPECT_EQ(answer.header("Access-Control-Allow-Credentials"), "true");
    EXPECT_EQ(answer.header("Vary"), "Origin");
    EXPECT_THAT(answer.header("Access-Control-Allow-Methods"), HasSubstr("POST"));
    // A page may not send what only servers mean.
    EXPECT_THAT(answer.header("Access-Control-Allow-Headers"), Not(HasSubstr("X-Penstock-Url")));
    EXPECT_EQ(answer.header("Access-Control-Max-Age"), "86400");
  }
}

// A page that asks with credentials may read the answer, whatever it is.
TEST_F(IntakePages, NamesThePageInEveryAnswer) {
  NewKey revoked = make_key("shop", false, 1);
  revoked.entry.revoked_at_ms = 2;
  settings_.keys = {revoked.entry};
  settings_.event_bytes_max = 200;
  start();
  const std::string origin = "Origin: https://shop.example\r\n";
  const std::string large = R"({"name":"n","x":")" + std::string(300, 'x') + "\"}";
  const std::pair<std::string, int> at_once[] = {
      {post("/v1/events", "{", origin), 400},
      {post("/v1/events?key=" + revoked.key, "{}", origin), 401},
      {get("/nowhere", origin), 404},
      {get("/v1/events", origin), 405},
      {post("/p.js", "", origin), 405},
      {post("/v1/events", large, origin), 413},
      {post("/v1/events", "{}", origin + "Content-Encoding: br\r\n"), 415},
      {post("/v1/events", "{}", origin + "Content-Type: text/html\r\n"), 415},
      {post("/v1/events", "{}", origin), 422},
      {post("/v1/events", "[]", origin), 202},
      {get("/p.js", origin), 200},
  };
  const auto expect_open = [](const Answer& answer, int status) {
    EXPECT_EQ(answer.status, status);
    EXPECT_EQ(answer.header("Access-Control-Allow-Origin"), "https://shop.example") << status;
    EXPECT_EQ(answer.header("Access-Control-Allow-Credentials"), "true") << status;
    EXPECT_EQ(answer.header("Vary"), "Origin") << status;
    EXPECT_EQ(answer.header("Cross-Origin-Resource-Policy"), "cross-origin") << status;
  };
  for (const auto& [request, status] : at_once) expect_open(ask_at_once(request), status);
  expect_open(ask(post("/v1/events", R"({"name":"n"})", origin)), 202);
  expect_open(ask(post("/v1/events?partial=1", R"([{"name":"n"},5])", origin)), 202);
  expect_open(ask(get("/v1/pixel.gif?name=n", origin)), 200);
  expect_open(ask(get("/v1/collect?name=n", origin)), 204);
  expect_open(ask(post("/v1/events", R"({"name":"n"})", origin), queue::Stored::kRefused), 503);
}

// The answers of one turn go out together, each to its own page.
TEST_F(IntakePages, DoesNotMixUpThePagesOfATurn) {
  start();
  LoopbackClient first(port_);
  LoopbackClient second(port_);
  LoopbackClient third(port_);
  ASSERT_TRUE(wait_for([&] { return counters_.server.connections.value() == 3; }));
  thread_.run([&] {
    first.send(get("/v1/collect?name=n", "Origin: https://first.example\r\n"));
    second.send(get("/v1/collect?name=n"));
    third.send(get("/v1/collect?name=n", "Origin: https://third.example\r\n"));
  });
  ASSERT_TRUE(wait_for_submissions(1));
  finish_all();
  EXPECT_EQ(first.receive().header("Access-Control-Allow-Origin"), "https://first.example");
  EXPECT_EQ(second.receive().header("Access-Control-Allow-Origin"), "*");
  EXPECT_EQ(third.receive().header("Access-Control-Allow-Origin"), "https://third.example");
}

// The same for what never becomes a request, as far as its head has come.
TEST_F(IntakePages, NamesThePageInRefusalsOfTheServer) {
  settings_.limits.parser.body_bytes_max = 100;
  settings_.limits.parser.header_bytes_max = 400;
  start();
  const std::string origin = "Origin: https://a.example\r\n";
  const std::pair<std::string, int> cases[] = {
      {post("/v1/events", std::string(101, ' '), origin), 413},
      {get("/v1/collect", origin + "X: " + std::string(400, 'x') + "\r\n"), 431},
      {"POST /v1/events HTTP/1.1\r\n" + origin + "Content-Length: 1\r\n\r\n", 400},
  };
  for (const auto& [request, status] : cases) {
    const Answer answer = ask_at_once(request);
    EXPECT_EQ(answer.status, status) << request;
    EXPECT_EQ(answer.header("Access-Control-Allow-Origin"), "https://a.example") << request;
    EXPECT_EQ(answer.header("Access-Control-Allow-Credentials"), "true") << request;
    EXPECT_EQ(answer.header("Vary"), "Origin") << request;
  }
  const Answer unknown = ask_at_once("nonsense\r\n\r\n");
  EXPECT_EQ(unknown.header("Access-Control-Allow-Origin"), "*");
  EXPECT_EQ(unknown.header("Access-Control-Allow-Credentials"), "");
}

// Where a protocol's answer depends on what the request asks for.
TEST_F(IntakePages, RefusesInTheWordsOfTheRequest) {
  start();
  const std::string origin = "Origin: https://shop.example\r\n";
  const Answer plain = ask_at_once(post("/track", "data=!", origin));
  EXPECT_EQ(plain.status, 400);
  EXPECT_EQ(plain.body, "0");
  EXPECT_EQ(plain.header("Access-Control-Allow-Origin"), "https://shop.example");
  const Answer verbose = ask_at_once(post("/track?verbose=1", "[3]", origin));
  EXPECT_EQ(verbose.status, 422);
  EXPECT_THAT(verbose.body, HasSubstr(R"("status":0)"));
  std::uint64_t rejected = 0;
  for (std::size_t i = 0; i < adapter::protocols().size(); ++i) rejected += counted(i, 2);
  EXPECT_EQ(rejected, 2u);
}

}  // namespace
}  // namespace penstock::intake
