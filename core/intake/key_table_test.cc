#include "intake/key_table.h"

#include <gtest/gtest.h>

#include "crypto/secrets.h"

namespace penstock::intake {
namespace {

constexpr std::int64_t kNow = 1'795'602'237'000;

class KeyTableTest : public ::testing::Test {
 protected:
  KeyTableTest() { crypto::start_crypto(); }

  // What becomes of a request under a key with these rules.
  KeyRefusal refusal(const KeyRules& rules) {
    NewKey made = make_key("shop", false, 1);
    made.entry.rules = rules;
    KeyTable table({made.entry});
    return table.find(made.key)->refusal_of(sender_);
  }

  ManualClock clock_{kNow};
  IntakeHeaders headers_;
  http::Address peer_ = *http::Address::parse("127.0.0.1");
  http::NetworkList proxies_ = *http::NetworkList::parse({"127.0.0.0/8"});
  const Sender sender_{headers_, peer_, proxies_, clock_};
};

TEST_F(KeyTableTest, AreFoundByTheSecretAlone) {
  const NewKey key = make_key("shop", false, 1);
  KeyTable table({key.entry});

  for (int i = 0; i < 2; ++i) {  // Hashed the first time, remembered the second.
    const KnownKey* found = table.find(key.key);
    ASSERT_NE(found, nullptr);
    EXPECT_EQ(found->entry().project, "shop");
  }
  EXPECT_EQ(table.find(key.key + "x"), nullptr);
  EXPECT_EQ(table.find(""), nullptr);
  EXPECT_EQ(table.find(key.entry.hash), nullptr);
}

// Also where a valid entry of the same hash was put in by hand.
TEST_F(KeyTableTest, AreToldFromUnknownOnesOnceRevoked) {
  const NewKey key = make_key("shop", false, 1);
  KeyEntry revoked = key.entry;
  revoked.revoked_at_ms = 2;
  for (const Keys& keys : {Keys{revoked}, Keys{revoked, key.entry}, Keys{key.entry, revoked}}) {
    KeyTable table(keys);
    for (int i = 0; i < 2; ++i) {
      ASSERT_NE(table.find(key.key), nullptr);
      EXPECT_TRUE(table.find(key.key)->is_revoked());
    }
  }
}

TEST_F(KeyTableTest, OfOlderVersionsAreFound) {
  const std::string old = "pk_" + std::string(41, 'a') + "-_";
  KeyEntry entry;
  entry.hash = crypto::token_hash(old);
  entry.project = "shop";
  KeyTable table({entry});
  ASSERT_NE(table.find(old), nullptr);
  EXPECT_EQ(table.find(old)->entry().project, "shop");
}

TEST_F(KeyTableTest, AreNotFoundWhateverElseIsSent) {
  const NewKey key = make_key("shop", false, 1);
  KeyTable table({key.entry});
  for (const std::string& sent :
       {key.key.substr(0, 45), " " + key.key, key.key + '\0', std::string("pk_"),
        std::string(1, '\0'), std::string(1 << 20, 'x'), std::string("\xff\xfe")}) {
    EXPECT_EQ(table.find(sent), nullptr);
  }
}

TEST_F(KeyTableTest, HasKeysForOriginsAlone) {
  const KeyRules rules{0, {"https://shop.example", "https://*.shop.example"}, {}, 0};
  EXPECT_EQ(refusal({}), KeyRefusal::kNone);
  EXPECT_EQ(refusal(rules), KeyRefusal::kOrigin);  // No browser's.
  for (const char* origin : {"https://shop.example", "https://a.shop.example"}) {
    headers_.origin = origin;
    EXPECT_EQ(refusal(rules), KeyRefusal::kNone) << origin;
  }
  for (const char* origin : {"null", "https://evil.example", "x"}) {
    headers_.origin = origin;
    EXPECT_EQ(refusal(rules), KeyRefusal::kOrigin) << origin;
  }
  headers_.referer = "https://shop.example/page";  // Says nothing where Origin does.
  EXPECT_EQ(refusal(rules), KeyRefusal::kOrigin);
  headers_.origin = "";
  EXPECT_EQ(refusal(rules), KeyRefusal::kNone);
}

TEST_F(KeyTableTest, HasKeysForNetworksAlone) {
  const KeyRules rules{0, {}, {"203.0.113.0/24", "2001:db8::/32"}, 0};
  EXPECT_EQ(refusal(rules), KeyRefusal::kAddress);
  headers_.x_forwarded_for = "203.0.113.9";  // Through a proxy that is trusted.
  EXPECT_EQ(refusal(rules), KeyRefusal::kNone);
  peer_ = *http::Address::parse("198.51.100.1");
  EXPECT_EQ(refusal(rules), KeyRefusal::kAddress);
  peer_ = *http::Address::parse("2001:db8::7");
  EXPECT_EQ(refusal(rules), KeyRefusal::kNone);
}

TEST_F(KeyTableTest, HasKeysThatEnd) {
  EXPECT_EQ(refusal({0, {}, {}, kNow + 1}), KeyRefusal::kNone);
  EXPECT_EQ(refusal({0, {}, {}, kNow}), KeyRefusal::kExpired);
}

// Also over lists that come and go.
TEST_F(KeyTableTest, HasQuotasOfAllReactors) {
  NewKey made = make_key("shop", false, 1);
  made.entry.rules.events_a_minute = 60;
  KeyLedger ledger(2);
  KeyTable first({made.entry}, &ledger, 0);
  first.find(made.key)->count_taken(50, kNow, clock_);
  EXPECT_EQ(first.find(made.key)->refusal_of(sender_), KeyRefusal::kNone);
  KeyTable second({made.entry}, &ledger, 1);
  second.find(made.key)->count_taken(13, kNow, clock_);
  first = KeyTable({made.entry}, &ledger, 0);
  EXPECT_EQ(first.find(made.key)->refusal_of(sender_), KeyRefusal::kQuota);
  EXPECT_EQ(first.find(made.key)->wait_s(clock_), 3);
  clock_.advance_ms(3'000);
  EXPECT_EQ(first.find(made.key)->refusal_of(sender_), KeyRefusal::kNone);
  ASSERT_EQ(ledger.lines().size(), 1u);
  EXPECT_EQ(ledger.lines()[0].events, 63u);
}

}  // namespace
}  // namespace penstock::intake
