#include "console/api/auth/host_rules.h"

#include <vector>

#include <gtest/gtest.h>

namespace penstock::console {
namespace {

TEST(HostRules, AnswersToNamesThatNobodyCanTakeOver) {
  const HostRules rules("");
  for (const char* host :
       {"localhost", "LOCALHOST:8081", "localhost.", "console.localhost:80", "127.0.0.1",
        "127.0.0.1:8081", "[::1]:8081", "[::1]", "192.0.2.7:8081"}) {
    EXPECT_TRUE(rules.is_ours(host)) << host;
  }
  for (const char* host :
       {"", "evil.example", "evil.example:8081", "127.0.0.1.evil.example", "localhost.evil.example",
        "evillocalhost", "[::1].evil.example", ":80", "stats.example.org"}) {
    EXPECT_FALSE(rules.is_ours(host)) << host;
  }
}

TEST(HostRules, AnswersToItsPublicName) {
  const HostRules rules("https://Stats.Example.org/console");
  EXPECT_TRUE(rules.is_ours("stats.example.org"));
  EXPECT_TRUE(rules.is_ours("stats.example.org:8081"));
  EXPECT_FALSE(rules.is_ours("example.org"));
  EXPECT_TRUE(rules.is_secure());
  EXPECT_FALSE(HostRules("http://stats.example.org").is_secure());
}

bool accepts(const HostRules& rules, std::vector<http::Header> headers) {
  http::Request request;
  request.method = http::Method::kPost;
  request.headers = headers;
  return rules.is_same_origin(request);
}

TEST(HostRules, TakesChangesFromItsOwnPagesOnly) {
  const HostRules rules("https://stats.example.org");
  EXPECT_TRUE(accepts(rules, {{"Host", "127.0.0.1:8081"}})) << "a script";
  EXPECT_TRUE(accepts(rules, {{"Host", "localhost:8081"}, {"Origin", "http://localhost:8081"}}));
  EXPECT_TRUE(accepts(rules, {{"Host", "localhost:8081"},
                              {"Origin", "http://localhost:8081"},
                              {"Sec-Fetch-Site", "same-origin"}}));
  EXPECT_TRUE(accepts(rules, {{"Host", "10.0.0.1"}, {"Origin", "https://stats.example.org"}}))
      << "a proxy that rewrites Host";
  EXPECT_FALSE(accepts(rules, {{"Host", "localhost:8081"}, {"Origin", "http://localhost:9999"}}));
  EXPECT_FALSE(accepts(rules, {{"Host", "localhost:8081"}, {"Origin", "https://evil.example"}}));
  EXPECT_FALSE(accepts(rules, {{"Host", "localhost:8081"}, {"Origin", "null"}}));
  EXPECT_FALSE(accepts(rules, {{"Host", "localhost"}, {"Sec-Fetch-Site", "cross-site"}}));
  EXPECT_FALSE(accepts(rules, {{"Host", "localhost"}, {"Sec-Fetch-Site", "same-site"}}));
}

TEST(HostRules, KnowsItsOwnPageBehindAProxy) {
  const HostRules unset("");
  const HostRules rules("https://stats.example.org:443/");
  // A proxy that writes the port out.
  EXPECT_TRUE(accepts(unset, {{"Host", "192.0.2.7:443"}, {"Origin", "https://192.0.2.7"}}));
  EXPECT_TRUE(accepts(unset, {{"Host", "192.0.2.7"}, {"Origin", "https://192.0.2.7:443"}}));
  EXPECT_TRUE(accepts(unset, {{"Host", "192.0.2.7:80"}, {"Origin", "http://192.0.2.7"}}));
  EXPECT_TRUE(accepts(unset, {{"Host", "[2001:db8::1]:443"}, {"Origin", "https://[2001:db8::1]"}}));
  EXPECT_FALSE(accepts(unset, {{"Host", "192.0.2.7:443"}, {"Origin", "http://192.0.2.7"}}));
  EXPECT_FALSE(accepts(unset, {{"Host", "192.0.2.7:8443"}, {"Origin", "https://192.0.2.7"}}));
  EXPECT_TRUE(accepts(rules, {{"Host", "10.0.0.1"}, {"Origin", "https://stats.example.org"}}));
  // One that rewrites Host: the browser says that it is the same origin.
  EXPECT_TRUE(accepts(unset, {{"Host", "127.0.0.1:8081"},
                              {"Origin", "https://stats.example.org"},
                              {"Sec-Fetch-Site", "same-origin"}}));
  EXPECT_FALSE(
      accepts(unset, {{"Host", "127.0.0.1:8081"}, {"Origin", "https://stats.example.org"}}));
}

}  // namespace
}  // namespace penstock::console
