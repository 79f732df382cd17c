#include "intake/key_rules.h"

#include <gtest/gtest.h>

namespace penstock::intake {
namespace {

bool fits(std::string_view pattern, std::string_view origin) {
  const auto wanted = read_origin_pattern(pattern);
  const auto sent = read_origin(origin);
  return wanted && sent && matches(*wanted, *sent);
}

TEST(KeyRules, FitAnOriginBySchemeHostAndPort) {
  EXPECT_TRUE(fits("https://shop.example", "https://shop.example"));
  EXPECT_TRUE(fits("https://shop.example/", "https://SHOP.example:443"));
  EXPECT_TRUE(fits("http://localhost:3000", "http://localhost:3000"));
  EXPECT_TRUE(fits("https://[2001:db8::1]:8443", "https://[2001:db8::1]:8443"));
  EXPECT_TRUE(fits("capacitor://localhost", "capacitor://localhost"));
  for (const char* other :
       {"http://shop.example", "https://shop.example:8443", "https://www.shop.example",
        "https://shop.example.evil.example", "https://evilshop.example", "null", "", "shop.example",
        "https://", "https://user@shop.example", "https://shop.example:x"}) {
    EXPECT_FALSE(fits("https://shop.example", other)) << other;
  }
}

TEST(KeyRules, FitAnyNameBelowAStar) {
  EXPECT_TRUE(fits("https://*.example.com", "https://a.example.com"));
  EXPECT_TRUE(fits("https://*.example.com", "https://a.B.Example.com"));
  EXPECT_FALSE(fits("https://*.example.com", "https://example.com"));
  EXPECT_FALSE(fits("https://*.example.com", "https://.example.com"));
  EXPECT_FALSE(fits("https://*.example.com", "https://aexample.com"));
  EXPECT_FALSE(fits("https://*.example.com", "http://a.example.com"));
  EXPECT_FALSE(fits("https://*.example.com", "https://a.example.com.evil"));
}

TEST(KeyRules, TakeTheOriginOfAReferrer) {
  EXPECT_TRUE(fits("https://shop.example", "https://shop.example/a/b?c=https://x#d"));
  EXPECT_TRUE(fits("https://shop.example", "https://shop.example?x"));
  EXPECT_FALSE(fits("https://shop.example", "https://evil.example/https://shop.example"));
  EXPECT_FALSE(fits("https://shop.example", "https://evil.example?@shop.example"));
}

TEST(KeyRules, KeepOriginsInOneForm) {
  EXPECT_EQ(normal_origin(" HTTPS://Shop.Example:443/ "), "https://shop.example");
  EXPECT_EQ(normal_origin("http://*.Example.com:8080"), "http://*.example.com:8080");
  for (const char* none : {"*", "https://*", "https://*.", "https://a.*.b", "shop.example",
                           "https://shop.example/path", "https://a b", "https://*.*.b",
                           "https://shop.example:0", "https://shop.example:70000", "://x"}) {
    EXPECT_FALSE(normal_origin(none)) << none;
  }
  EXPECT_FALSE(normal_origin("https://" + std::string(200, 'a')));
}

TEST(KeyRules, AreRefusedWhereTheyCannotHold) {
  KeyRules rules;
  EXPECT_TRUE(rules.is_empty());
  rules = {600, {"https://A.example/"}, {"10.0.0.0/8", "2001:db8::/32", "203.0.113.7"}, 5};
  ASSERT_TRUE(settle_rules(rules));
  EXPECT_EQ(rules.origins[0], "https://a.example");
  EXPECT_FALSE(rules.is_empty());

  for (KeyRules bad :
       {KeyRules{-1, {}, {}, 0}, KeyRules{kKeyQuotaMax + 1, {}, {}, 0}, KeyRules{0, {"x"}, {}, 0},
        KeyRules{0, {}, {"x"}, 0}, KeyRules{0, {}, {"10.0.0.0/64"}, 0}, KeyRules{0, {}, {}, -1},
        KeyRules{0, std::vector<std::string>(51, "https://a.example"), {}, 0},
        KeyRules{0, {}, std::vector<std::string>(101, "10.0.0.1"), 0}}) {
    const auto refused = settle_rules(bad);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::kRejected);
  }
}

}  // namespace
}  // namespace penstock::intake
