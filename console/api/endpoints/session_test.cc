#include <filesystem>
#include <fstream>
#include <string>

#include <gtest/gtest.h>

#include "console/api/endpoints/test_console.h"

namespace penstock::console {
namespace {

using testing::Answer;
using testing::kPassword;
using testing::TestConsole;
using testing::Visitor;

std::string change(std::string_view old, std::string_view wanted) {
  return str_cat(R"({"old_password":")", old, R"(","new_password":")", wanted, R"("})");
}

TEST(Session, SignsInSaysWhoAndSignsOut) {
  TestConsole console;
  console.add_user("ada@example.org", Role::kEditor);
  console.start();

  const Answer answer = console.try_sign_in("ada@example.org", kPassword);
  ASSERT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(answer.member("role"), "editor");
  EXPECT_TRUE(answer.says("\"must_change_password\":false"));
  const std::string cookie = answer.header("Set-Cookie");
  EXPECT_NE(cookie.find("HttpOnly"), std::string::npos) << cookie;
  EXPECT_NE(cookie.find("SameSite=Strict"), std::string::npos) << cookie;

  const Visitor visitor = TestConsole::visitor_of(answer);
  const Answer who = console.ask("GET", "/api/v1/session", visitor.headers());
  EXPECT_EQ(who.status, 200);
  EXPECT_EQ(who.member("email"), "ada@example.org");
  EXPECT_EQ(who.member("csrf_token"), visitor.csrf) << "the page may be loaded again";

  const Answer out = console.ask("DELETE", "/api/v1/session", visitor.headers());
  EXPECT_EQ(out.status, 204);
  EXPECT_NE(out.header("Set-Cookie").find("Max-Age=0"), std::string::npos);
  EXPECT_EQ(console.ask("GET", "/api/v1/session", visitor.headers()).status, 401);
}

// A browser keeps cookies by host, whatever the port.
TEST(Session, OfTwoConsolesOfOneHostDoNotEndEachOther) {
  TestConsole console;
  console.add_user("ada@example.org", Role::kEditor);
  console.start();
  const auto sign_in = [&](std::string_view host) {
    return TestConsole::visitor_of(
        console.try_sign_in("ada@example.org", kPassword, {{"Host", std::string(host)}}));
  };
  const Visitor one = sign_in("localhost:8081");
  const Visitor two = sign_in("localhost:9081");
  EXPECT_EQ(one.cookie.substr(0, 22), "penstock_session_8081=");
  EXPECT_EQ(two.cookie.substr(0, 22), "penstock_session_9081=");
  const auto status_at = [&](std::string_view host, std::string cookie) {
    return console
        .ask("GET", "/api/v1/session", {{"Host", std::string(host)}, {"Cookie", std::move(cookie)}})
        .status;
  };
  const std::string both = str_cat(one.cookie, "; ", two.cookie);
  EXPECT_EQ(status_at("localhost:8081", both), 200);
  EXPECT_EQ(status_at("localhost:9081", both), 200);
  EXPECT_EQ(status_at("localhost:8081", two.cookie), 401);
}

TEST(Session, WrongPasswordAndUnknownUserGetTheSameAnswer) {
  TestConsole console;
  console.add_user("ada@example.org", Role::kEditor);
  console.start();
  const Answer wrong = console.try_sign_in("ada@example.org", "not the password");
  const Answer unknown = console.try_sign_in("bob@example.org", "not the password");
  EXPECT_EQ(wrong.status, 401);
  EXPECT_EQ(wrong.body, unknown.body);
  EXPECT_EQ(wrong.header("Set-Cookie"), "");
}

TEST(Session, GuessingIsSlowedDownForWhoGuesses) {
  TestConsole console;
  console.add_user("ada@example.org", Role::kEditor);
  console.start();
  const testing::Headers from_there = {{"X-Forwarded-For", "203.0.113.9"}};
  Answer answer;
  int tries = 0;
  while ((answer = console.try_sign_in("ada@example.org", "a wrong guess!", from_there)).status ==
             401 &&
         tries < 50) {
    ++tries;
  }
  EXPECT_EQ(answer.status, 429);
  EXPECT_EQ(answer.header("Retry-After"), "1");
  EXPECT_LE(tries, 6);
  EXPECT_EQ(console.try_sign_in("ada@example.org", kPassword, from_there).status, 429);
  EXPECT_EQ(console.try_sign_in("ada@example.org", kPassword).status, 200) << "elsewhere";

  console.clock().advance_ms(1000);
  EXPECT_EQ(console.try_sign_in("ada@example.org", kPassword, from_there).status, 200);
}

// From changing addresses, hers among them. The right password gets in from a fresh one, and from
// everywhere in a browser that was in before.
TEST(Session, NobodyIsKeptOutByWhoGuesses) {
  TestConsole console;
  console.add_user("ada@example.org", Role::kAdmin);
  console.start();
  const Visitor before = TestConsole::visitor_of(
      console.try_sign_in("ada@example.org", kPassword, {{"X-Forwarded-For", "192.0.2.1"}}));
  const std::string set =
      console.ask("GET", "/api/v1/session", before.headers()).header("Set-Cookie");
  ASSERT_EQ(set.find("penstock_device="), 0u) << set;
  const std::string device = set.substr(0, set.find(';'));
  const auto from = [](std::string_view address) {
    return testing::Headers{{"X-Forwarded-For", std::string(address)}};
  };
  for (int i = 0; i < 12; ++i) {
    console.try_sign_in("ada@example.org", "a wrong guess!", from(str_cat("203.0.113.", i % 4)));
    console.try_sign_in("ada@example.org", "a wrong guess!", from("192.0.2.1"));
  }
  EXPECT_EQ(console.try_sign_in("ada@example.org", kPassword, from("192.0.2.1")).status, 429);
  EXPECT_EQ(console.try_sign_in("ada@example.org", kPassword, from("198.51.100.7")).status, 200);
  testing::Headers known = from("192.0.2.1");
  known.emplace_back("Cookie", device);
  EXPECT_EQ(console.try_sign_in("ada@example.org", kPassword, known).status, 200);
  known.back().second = before.cookie;  // The session's, which has both.
  EXPECT_EQ(console.try_sign_in("ada@example.org", kPassword, known).status, 200);
  // The device is hers: another account is as strange from it as from anywhere.
  known.back().second.back() = known.back().second.back() == 'a' ? 'b' : 'a';
  EXPECT_EQ(console.try_sign_in("ada@example.org", kPassword, known).status, 429) << "forged";
}

TEST(Session, FirstPasswordHasToBeChangedAndItsFileGoes) {
  TestConsole console;
  {
    auto accounts = Accounts::open(console.settings().accounts_path, console.clock());
    ASSERT_TRUE((*accounts)->first_run(console.settings().password_file));
  }
  std::ifstream file(console.settings().password_file);
  std::string first;
  std::getline(file, first);
  console.start();

  const Visitor visitor = console.sign_in("admin@localhost", first);
  EXPECT_EQ(console.ask("GET", "/api/v1/stats/summary", visitor.headers()).status, 403);
  const auto post = [&](std::string_view body) {
    return console.ask("POST", "/api/v1/session/password", visitor.headers(), body);
  };
  EXPECT_EQ(post(change(first, "short")).status, 422);
  EXPECT_EQ(post(change(first, first)).status, 422);
  EXPECT_EQ(post(change("not the password", "a better password")).status, 403);
  EXPECT_EQ(post(R"({"old_password":"x"})").status, 400);
  EXPECT_EQ(post("[]").status, 400);
  EXPECT_TRUE(std::filesystem::exists(console.settings().password_file));

  const Answer changed = post(change(first, "a better password"));
  ASSERT_EQ(changed.status, 200) << changed.body;
  EXPECT_TRUE(changed.says("\"must_change_password\":false"));
  EXPECT_FALSE(std::filesystem::exists(console.settings().password_file));
  EXPECT_EQ(console.ask("GET", "/api/v1/session", visitor.headers()).status, 401)
      << "the old session ended";
  const Visitor again = TestConsole::visitor_of(changed);
  EXPECT_EQ(console.ask("GET", "/api/v1/stats/summary", again.headers()).status, 200);
  EXPECT_EQ(console.try_sign_in("admin@localhost", first).status, 401);
}

TEST(Session, CookieIsBoundToAnHttpsHost) {
  TestConsole console("https://stats.example.org");
  console.add_user("ada@example.org", Role::kEditor);
  console.start();
  const Answer answer =
      console.try_sign_in("ada@example.org", kPassword, {{"Host", "stats.example.org"}});
  const std::string cookie = answer.header("Set-Cookie");
  EXPECT_EQ(cookie.rfind("__Host-penstock_session=", 0), 0u) << cookie;
  EXPECT_NE(cookie.find("; Secure"), std::string::npos) << cookie;
}

TEST(Session, EndsByTheClock) {
  TestConsole console;
  console.add_user("ada@example.org", Role::kEditor);
  console.start();
  const Visitor visitor = console.sign_in("ada@example.org");
  console.clock().advance_ms(12LL * 3'600'000);
  EXPECT_EQ(console.ask("GET", "/api/v1/queue", visitor.headers()).status, 401);
}

}  // namespace
}  // namespace penstock::console
