#include "console/api/handler.h"

#include <atomic>

#include <gtest/gtest.h>

#include "console/api/endpoints/test_console.h"

namespace penstock::console {
namespace {

using testing::Answer;
using testing::kPassword;
using testing::Visitor;

// With the page and the rules for names.
class WholeConsole final : public testing::TestConsole {
 protected:
  std::unique_ptr<server::Handler> make_handler(
      http::NetworkList proxies, std::vector<std::unique_ptr<Services>> services) override {
    return std::make_unique<ConsoleHandler>(loop_, settings(), std::move(proxies), web::files(),
                                            std::move(services));
  }
};

TEST(ConsoleHandler, ServesThePageWithItsScriptForGood) {
  WholeConsole console;
  console.start();
  const Answer page = console.ask("GET", "/");
  ASSERT_EQ(page.status, 200);
  EXPECT_EQ(page.header("Content-Type"), "text/html; charset=utf-8");
  const std::size_t script = page.body.find("/assets/main-");
  ASSERT_NE(script, std::string::npos) << page.body;
  const std::string path = page.body.substr(script, page.body.find('"', script) - script);
  const Answer loaded = console.ask("GET", path);
  EXPECT_EQ(loaded.status, 200);
  EXPECT_NE(loaded.header("Cache-Control").find("immutable"), std::string::npos);
  EXPECT_EQ(console.ask("HEAD", "/").status, 200);
  EXPECT_EQ(console.ask("HEAD", "/").body, "");
}

TEST(ConsoleHandler, EveryAnswerCarriesTheSecurityHeaders) {
  WholeConsole console;
  console.start();
  const Answer answers[] = {
      console.ask("GET", "/"),
      console.ask("GET", "/no-such.file"),
      console.ask("GET", "/api/v1/queue"),
      console.ask("GET", "/api/v1/openapi.json"),
      console.ask("GET", "/api/none"),
      console.ask("PUT", "/api/v1/queue"),
      console.ask("GET", "/", {{"Host", "evil.example"}}),
  };
  for (const Answer& answer : answers) {
    SCOPED_TRACE(answer.head);
    EXPECT_NE(answer.header("Content-Security-Policy").find("default-src 'none'"),
              std::string::npos);
    EXPECT_NE(answer.header("Content-Security-Policy").find("frame-ancestors 'none'"),
              std::string::npos);
    EXPECT_EQ(answer.header("Content-Security-Policy").find("unsafe"), std::string::npos);
    EXPECT_EQ(answer.header("X-Content-Type-Options"), "nosniff");
    EXPECT_EQ(answer.header("Referrer-Policy"), "no-referrer");
    EXPECT_EQ(answer.header("Cross-Origin-Opener-Policy"), "same-origin");
    EXPECT_EQ(answer.header("Cross-Origin-Resource-Policy"), "same-origin");
  }
  EXPECT_EQ(answers[2].header("Cache-Control"), "no-store");
}

TEST(ConsoleHandler, RefusesForeignNamesAndPages) {
  WholeConsole console;
  console.add_user("ada@x", Role::kAdmin);
  console.start();
  EXPECT_EQ(console.ask("GET", "/api/v1/queue", {{"Host", "evil.example"}}).status, 421);
  EXPECT_EQ(console.ask("GET", "/", {{"Host", "127.0.0.1:8081"}}).status, 200);
  EXPECT_EQ(console.try_sign_in("ada@x", kPassword, {{"Origin", "https://evil.example"}}).status,
            403);
  EXPECT_EQ(console.try_sign_in("ada@x", kPassword, {{"Sec-Fetch-Site", "cross-site"}}).status,
            403);
  EXPECT_EQ(console.try_sign_in("ada@x", kPassword, {{"Content-Type", "text/plain"}}).status, 415);
  EXPECT_EQ(console.try_sign_in("ada@x", kPassword, {{"Origin", "http://localhost"}}).status, 200);
}

TEST(ConsoleHandler, KnowsItsRoutesAndNoOthers) {
  WholeConsole console;
  console.start();
  const Answer unknown = console.ask("GET", "/api/v1/nothing");
  EXPECT_EQ(unknown.status, 404);
  EXPECT_EQ(unknown.member("error"), "not_found");
  EXPECT_EQ(console.ask("GET", "/api/v2/queue").status, 404);
  const Answer wrong = console.ask("PATCH", "/api/v1/session");
  EXPECT_EQ(wrong.status, 405);
  EXPECT_NE(wrong.header("Allow").find("DELETE"), std::string::npos);
}

// More at once than there are threads; the costly ones must not take all of them.
TEST(ConsoleHandler, AnswersEveryoneOfACrowd) {
  WholeConsole console;
  console.add_user("ada@x", Role::kAdmin);
  console.start();
  const Visitor visitor = console.sign_in("ada@x");
  std::atomic<int> answered{0};
  std::vector<std::thread> crowd;
  for (int i = 0; i < 24; ++i) {
    crowd.emplace_back([&, i] {
      const Answer answer = i % 3 == 0 ? console.try_sign_in("ada@x", kPassword)
                                       : console.ask("GET", "/api/v1/queue", visitor.headers());
      // The account's own limit holds here as well.
      if (answer.status == 200 || answer.status == 429) ++answered;
    });
  }
  for (std::thread& one : crowd) one.join();
  EXPECT_EQ(answered, 24);
}

TEST(ConsoleHandler, MayGoWhileWorkIsInHand) {
  WholeConsole console;
  console.add_user("ada@x", Role::kAdmin);
  console.start();
  // The client hangs up at once; the console stops with the hash still being made.
  std::thread client([&] { console.try_sign_in("ada@x", "not the password"); });
  client.join();
}

}  // namespace
}  // namespace penstock::console
