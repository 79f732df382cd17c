// Which project a request belongs to, and which is refused, by its keys.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/text.h"
#include "crypto/hmac.h"
#include "http/coding_testing.h"
#include "intake/intake_testing.h"

namespace penstock::intake {
namespace {

using testing::Answer;
using ::testing::HasSubstr;

class IntakeKeys : public IntakeTest {
 protected:
  std::string unknown_counts() const {
    std::string text;
    for (const auto& [prefix, events] : unknown_keys_.counts()) {
      text += str_cat(prefix, "=", events, " ");
    }
    return text;
  }
};

TEST_F(IntakeKeys, TakesTheProjectFromTheKeyHoweverItIsSent) {
  const NewKey key = make_key("shop", false, 1);
  settings_.keys = {key.entry};
  start();
  ask(post("/v1/events", R"({"name":"x"})", "Authorization: Bearer " + key.key + "\r\n"));
  ask(post("/v1/events", R"({"name":"x"})", "X-Penstock-Key: " + key.key + "\r\n"));
  ask(post("/v1/events?key=" + key.key, R"({"name":"x"})"));
  ask(get("/v1/pixel.gif?name=x&key=" + key.key));
  ask(post("/v1/events", R"({"name":"x"})"));

  ASSERT_EQ(events_.size(), 5u);
  for (int i = 0; i < 4; ++i) EXPECT_EQ(events_[static_cast<std::size_t>(i)].project, "shop");
  EXPECT_EQ(events_[3].properties.find(key.key), std::string::npos);
  EXPECT_EQ(events_[4].project, "default");
}

TEST_F(IntakeKeys, OfNobodyBelongToProjectDefault) {
  settings_.keys = {make_key("shop", true, 1).entry};
  start();
  const std::string event = R"({"name":"x","ip":"203.0.113.9"})";
  const std::string requests[] = {
      post("/v1/events", event, "Authorization: Bearer phc_0123456789\r\n"),
      post("/v1/events", event, "X-Penstock-Key: 0123456789abcdef\r\n"),
      post("/v1/events?key=a%00%0a%ff", event),
      post("/v1/events?k%65y=" + std::string(5'000, 'k'), event),
      get("/v1/pixel.gif?name=x&ip=203.0.113.9&key=G-ABC123DEF"),
      get("/v1/collect?name=x&ip=203.0.113.9&key=G-ABC123DEF"),
  };
  for (const std::string& request : requests) EXPECT_EQ(ask(request).status / 100, 2) << request;
  EXPECT_EQ(ask(post("/v1/events?key=G-ABC123DEF", R"([{"name":"x"},{"name":"y"}])")).status, 202);

  ASSERT_EQ(events_.size(), std::size(requests) + 2);
  for (const SeenEvent& seen : events_) {
    EXPECT_EQ(seen.project, "default");
    EXPECT_EQ(seen.ip, "127.0.0.1");  // Not server-side.
  }
  EXPECT_EQ(unknown_counts(), "phc_012=1 0123456=1 a?=1 kkkkkkk=1 G-ABC1=4 ");
}

// A drain's address and agent are not a visitor's; those of a line are believed by the key.
TEST_F(IntakeKeys, WhatIsRelayedHasNoAddressOfItsSender) {
  const NewKey open = make_key("open", false, 1);
  const NewKey server_side = make_key("server", true, 2);
  settings_.keys = {open.entry, server_side.entry};
  start();
  const std::string line = R"({"url":"https://a.test/","client_ip":"203.0.113.9","status":200})";
  const std::string mute = R"({"message":"no more than a text"})";
  const std::string agent = "User-Agent: shipper/1\r\nX-Forwarded-For: 198.51.100.7\r\n";
  for (const NewKey& key : {open, server_side}) {
    for (const std::string& body : {line, mute}) {
      const std::string headers = "X-Penstock-Key: " + key.key + "\r\n" + agent;
      EXPECT_EQ(ask(post("/drain/vector", body, headers)).status, 200);
    }
  }
  EXPECT_EQ(ask(post("/v1/events", R"({"name":"x"})", agent)).status, 202);

  ASSERT_EQ(events_.size(), 5u);
  const std::string ips[] = {"", "", "203.0.113.9", "", "198.51.100.7"};
  for (std::size_t i = 0; i < events_.size(); ++i) {
    EXPECT_EQ(events_[i].ip, ips[i]) << i;
    EXPECT_EQ(events_[i].user_agent, i == 4 ? "shipper/1" : "") << i;
  }
}

TEST_F(IntakeKeys, OfNobodyAreRefusedWhereOneIsRequired) {
  const NewKey key = make_key("shop", false, 1);
  settings_.keys = {key.entry};
  settings_.require_key = true;
  start();
  const std::string event = R"({"name":"x"})";
  for (const std::string& headers :
       {std::string("Authorization: Bearer 0123456789\r\n"),
        std::string("X-Penstock-Key: 0123456789\r\n"), "X-Penstock-Key: " + key.key + "x\r\n"}) {
    const Answer answer = ask_at_once(post("/v1/events", event, headers));
    EXPECT_EQ(answer.status, 401);
    EXPECT_EQ(answer.header("WWW-Authenticate"), "Bearer");
    EXPECT_THAT(answer.body, HasSubstr("\"error\":\"unknown_key\""));
  }
  EXPECT_EQ(ask_at_once(get("/v1/pixel.gif?name=x&key=0123456789")).status, 401);
  EXPECT_EQ(counted(0, 2), 3u);
  EXPECT_EQ(unknown_counts(), "01234=3 " + key.key.substr(0, 7) + "=1 ");
  EXPECT_EQ(ask(post("/v1/events?key=" + key.key, event)).status, 202);
}

TEST_F(IntakeKeys, AreMissingWhereNoneIsSentAndOneIsRequired) {
  settings_.require_key = true;
  start();
  const std::string event = R"({"name":"x"})";
  for (const std::string& request :
       {post("/v1/events", event), post("/v1/events?key=", event), post("/v1/events?key", event),
        post("/v1/events?key=+%20", event), post("/v1/events", event, "X-Penstock-Key:  \r\n"),
        post("/v1/events", event, "Authorization: Bearer\r\n"),
        post("/v1/events", event, "Authorization: Basic a2V5Og==\r\n"),
        post("/v1/events", event, "Authorization: Digest username=\"a\"\r\n")}) {
    const Answer answer = ask_at_once(request);
    EXPECT_EQ(answer.status, 401) << request;
    EXPECT_EQ(answer.header("WWW-Authenticate"), "Bearer");
    EXPECT_THAT(answer.body, HasSubstr("\"error\":\"missing_key\""));
  }
  settings_.require_key = false;
  thread_.run([&] { intake_->apply(settings_); });
  EXPECT_EQ(ask(post("/v1/events", event, "Authorization: Basic a2V5Og==\r\n")).status, 202);
  EXPECT_EQ(unknown_counts(), "");
}

// Who is signed for needs no key, and is told of a wrong signature and not of a key.
TEST_F(IntakeKeys, AreNotMissedWhereASignatureIsWrong) {
  settings_.require_key = true;
  settings_.hooks = {{"vercel", adapter::HookScheme::kVercel, "secret", "shop"},
                     {"gh", adapter::HookScheme::kGithub, "secret", ""}};
  start();
  const std::string body = R"([{"id":"1","message":"hello","source":"lambda"}])";
  const auto signature = [](std::string_view secret, std::string_view text) {
    std::string hex;
    append_hex(hex, crypto::hmac_sha1(secret, text));
    return str_cat("x-vercel-signature: ", hex, "\r\n");
  };
  for (const std::string& request :
       {post("/drain/vercel", body), post("/drain/vercel", body, signature("other", body)),
        post("/hook/vercel", body), post("/hook/gh", body)}) {
    const Answer answer = ask_at_once(request);
    EXPECT_EQ(answer.status, 401) << request;
    EXPECT_THAT(answer.body, HasSubstr("\"error\":\"bad_signature\""));
  }
  EXPECT_EQ(ask(post("/drain/vercel", body, signature("secret", body))).status, 200);
  const std::string packed = http::gzipped(body);
  const std::string gzip = "Content-Encoding: gzip\r\n";
  EXPECT_EQ(ask(post("/drain/vercel", packed, gzip + signature("secret", packed))).status, 200);
  EXPECT_EQ(ask(post("/drain/vercel", packed, gzip + signature("secret", body))).status, 200);
  ASSERT_EQ(events_.size(), 3u);
  for (const SeenEvent& event : events_) EXPECT_EQ(event.project, "shop");
}

// Where a key is not required too: whoever revoked one wants its events gone.
TEST_F(IntakeKeys, AreRefusedOnceRevokedWhereverTheyStand) {
  const NewKey key = make_key("shop", false, 1);
  NewKey revoked = make_key("shop", false, 1);
  revoked.entry.revoked_at_ms = 2;
  settings_.keys = {key.entry, revoked.entry};
  start();
  const std::string event = R"({"name":"x"})";
  for (const bool is_required : {false, true}) {
    settings_.keys = {key.entry, revoked.entry};
    settings_.require_key = is_required;
    thread_.run([&] { intake_->apply(settings_); });
    for (const std::string& request :
         {post("/v1/events", event, "Authorization: bearer " + revoked.key + "\r\n"),
          post("/v1/events", event, "X-Penstock-Key: " + revoked.key + "\r\n"),
          post("/v1/events?key=" + revoked.key, event),
          get("/v1/pixel.gif?name=x&key=" + revoked.key),
          get("/v1/collect?name=x&%6bey=" + revoked.key),
          post("/v1/events?key=" + revoked.key, event, "X-Penstock-Key: " + key.key + "\r\n"),
          post("/v1/events", event,
               "Authorization: Bearer stranger\r\nX-Penstock-Key: " + revoked.key + "\r\n")}) {
      const Answer answer = ask_at_once(request);
      EXPECT_EQ(answer.status, 401) << request;
      EXPECT_THAT(answer.body, HasSubstr("\"error\":\"revoked_key\""));
    }
  }
  EXPECT_EQ(unknown_counts(), "");
}

// A page's own bearer token, or a proxy's, must not hide the key that was put beside it.
TEST_F(IntakeKeys, AreFoundBehindTokensThatAreNone) {
  const NewKey first = make_key("first", false, 1);
  const NewKey second = make_key("second", false, 1);
  settings_.keys = {first.entry, second.entry};
  settings_.require_key = true;
  start();
  const std::string event = R"({"name":"x"})";
  const std::string token = "Authorization: Bearer eyJhbGciOiJub25lIn0.e30.\r\n";
  ask(post("/v1/events", event, token + "X-Penstock-Key: " + first.key + "\r\n"));
  ask(post("/v1/events?key=" + first.key, event, token + "X-Penstock-Key: none\r\n"));
  ask(post("/v1/events?key=" + second.key, event, "X-Penstock-Key: " + first.key + "\r\n"));
  ASSERT_EQ(events_.size(), 3u);
  for (const SeenEvent& seen : events_) EXPECT_EQ(seen.project, "first");
  EXPECT_EQ(unknown_counts(), "");
}

// What broke a rule is no event of anybody's.
TEST_F(IntakeKeys, OfNobodyCountEventsThatAreTaken) {
  start();
  EXPECT_EQ(ask_at_once(post("/v1/events?key=0123456789", "{")).status, 400);
  EXPECT_EQ(ask_at_once(post("/v1/events?key=0123456789", "[]")).status, 202);
  EXPECT_EQ(unknown_counts(), "");
}

// In the words of each protocol, and readable to the page that asked.
TEST_F(IntakeKeys, AreRefusedByWhatTheyAreBoundTo) {
  NewKey page = make_key("shop", false, 1);
  page.entry.rules.origins = {"https://shop.example"};
  NewKey office = make_key("office", false, 2);
  office.entry.rules.addresses = {"203.0.113.0/24"};
  NewKey old = make_key("old", false, 3);
  old.entry.rules.expires_at_ms = kNow;
  settings_.keys = {page.entry, office.entry, old.entry};
  start();
  const std::string event = R"({"name":"x"})";
  const std::string foreign = "Origin: https://evil.example\r\n";
  const Answer origin = ask_at_once(post("/v1/events?key=" + page.key, event, foreign));
  EXPECT_EQ(origin.status, 403);
  EXPECT_THAT(origin.body, HasSubstr("\"error\":\"origin_refused\""));
  EXPECT_EQ(origin.header("Access-Control-Allow-Origin"), "https://evil.example");
  EXPECT_EQ(ask_at_once(get("/v1/pixel.gif?name=x&key=" + page.key)).status, 403);
  const std::string own = "Origin: https://shop.example\r\n";
  EXPECT_EQ(ask(post("/v1/events?key=" + page.key, event, own)).status, 202);
  const std::string referer = "Referer: https://shop.example/a\r\n";
  EXPECT_EQ(ask(get("/v1/pixel.gif?name=x&key=" + page.key, referer)).status, 200);

  const Answer address = ask_at_once(post("/v1/events?key=" + office.key, event));
  EXPECT_EQ(address.status, 403);
  EXPECT_THAT(address.body, HasSubstr("\"error\":\"address_refused\""));
  const std::string from = "X-Forwarded-For: 203.0.113.9\r\n";
  EXPECT_EQ(ask(post("/v1/events?key=" + office.key, event, from)).status, 202);

  const Answer expired = ask_at_once(post("/v1/events?key=" + old.key, event));
  EXPECT_EQ(expired.status, 401);
  EXPECT_THAT(expired.body, HasSubstr("\"error\":\"expired_key\""));
  const std::uint64_t refused[] = {0, 0, 0, 1, 2, 1, 0};  // By kKeyReasons.
  for (std::size_t i = 0; i < std::size(refused); ++i) {
    EXPECT_EQ(counters_.refused_keys[i].value(), refused[i]) << kKeyReasons[i];
  }
}

TEST_F(IntakeKeys, OverTheirQuotaAreToldWhenToComeAgain) {
  NewKey key = make_key("shop", false, 1);
  key.entry.rules.events_a_minute = 6;
  KeyLedger ledger;
  options_.key_ledger = &ledger;
  settings_.keys = {key.entry};
  start();
  const std::string body = R"([{"name":"x"},{"name":"y"},{"name":"z"},{"name":"w"}])";
  const std::string request = post("/v1/events?key=" + key.key, body);
  EXPECT_EQ(ask(request).status, 202);
  EXPECT_EQ(ask(request).status, 202);  // Begun within it: taken whole.
  const Answer refused = ask_at_once(request);
  EXPECT_EQ(refused.status, 429);
  EXPECT_EQ(refused.header("Retry-After"), "20");
  EXPECT_THAT(refused.body, HasSubstr("\"error\":\"over_quota\""));
  // Other keys do not bring the used ones back.
  thread_.run([&] { intake_->set_keys({key.entry, make_key("other", false, 2).entry}); });
  EXPECT_EQ(ask_at_once(request).status, 429);
  clock_.advance_ms(20'000);
  EXPECT_EQ(ask(request).status, 202);

  ASSERT_EQ(ledger.lines().size(), 1u);
  EXPECT_EQ(ledger.lines()[0].events, 12u);
  EXPECT_EQ(ledger.lines()[0].refused, 2u);
  EXPECT_EQ(ledger.lines()[0].last_ms, kNow + 20'000);
  EXPECT_EQ(counters_.refused_keys[6].value(), 2u);
}

TEST_F(IntakeKeys, AreTakenUpWhileItRuns) {
  start();
  const NewKey key = make_key("shop", false, 1);
  const std::string request = post("/v1/events?key=" + key.key, R"({"name":"x"})");
  ask(request);
  thread_.run([&] { intake_->set_keys({key.entry}); });
  ask(request);
  KeyEntry revoked = key.entry;
  revoked.revoked_at_ms = 5;
  // As when it was taken back elsewhere than it was made.
  thread_.run([&] { intake_->set_keys({key.entry, revoked}); });
  EXPECT_EQ(ask_at_once(request).status, 401);
  ASSERT_EQ(events_.size(), 2u);
  EXPECT_EQ(events_[0].project, "default");
  EXPECT_EQ(events_[1].project, "shop");
}

}  // namespace
}  // namespace penstock::intake
