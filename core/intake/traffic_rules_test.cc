#include "intake/traffic_rules.h"

#include <gtest/gtest.h>

namespace penstock::intake {
namespace {

using Fate = TrafficRules::Fate;

event::Record page(std::string_view url) {
  event::Record record;
  record.url = url;
  return record;
}

std::string fate(const TrafficRules& rules, const event::Record& record) {
  const TrafficRules::Verdict verdict = rules.judge(record);
  if (verdict.fate == Fate::kKept) return "kept";
  const auto reason = std::string(kTrafficReasons[static_cast<std::size_t>(verdict.reason)]);
  return (verdict.fate == Fate::kDropped ? "dropped:" : "marked:") + reason;
}

TEST(UrlParts, AreFoundInAnyForm) {
  EXPECT_EQ(path_of_url("https://s.example/a/b?x=/c#d"), "/a/b");
  EXPECT_EQ(path_of_url("https://s.example"), "/");
  EXPECT_EQ(path_of_url("https://s.example?x=//y/z"), "/");
  EXPECT_EQ(path_of_url("/a?b=https://c/d"), "/a");
  EXPECT_EQ(path_of_url("//s.example/a"), "/a");
  EXPECT_EQ(path_of_url("text"), "");
  EXPECT_EQ(path_of_url(""), "");
  EXPECT_EQ(host_of_url("https://u:p@s.example:8080/a"), "s.example");
  EXPECT_EQ(host_of_url("android-app://com.x/"), "com.x");
  EXPECT_EQ(host_of_url("https://[::1]:80/"), "[::1]");
  EXPECT_EQ(host_of_url("/a"), "");
  EXPECT_EQ(host_of_url("https://s.example"), "s.example");
}

TEST(TrafficRules, HoldForWhatTheyLookAt) {
  TrafficPatterns drop;
  drop.paths = {"/wp-admin/*", "*.php"};
  drop.agents = {"*headlesschrome*"};
  drop.referrers = {"*.spam.example"};
  drop.addresses = *http::NetworkList::parse({"10.0.0.0/8"});
  drop.networks = *http::NetworkList::parse({"192.0.2.0/24"});
  const TrafficRules rules(drop, {});
  EXPECT_FALSE(rules.is_empty());
  EXPECT_EQ(fate(rules, page("https://s.example/wp-admin/x?y=1")), "dropped:path");
  EXPECT_EQ(fate(rules, page("/a.php")), "dropped:path");
  EXPECT_EQ(fate(rules, page("https://s.example/a?b=.php")), "kept");
  EXPECT_EQ(fate(rules, page("")), "kept");

  event::Record record;
  record.ip = "10.1.2.3";
  EXPECT_EQ(fate(rules, record), "dropped:address");
  record.ip = "192.0.2.9";
  EXPECT_EQ(fate(rules, record), "dropped:network");
  record.ip = "no address";
  EXPECT_EQ(fate(rules, record), "kept");
  record.user_agent = "Mozilla/5.0 HeadlessChrome/120";
  EXPECT_EQ(fate(rules, record), "dropped:agent");
  record.user_agent = "";
  for (const char* referrer : {"https://a.spam.example/x", "http://SPAM.example"}) {
    record.referrer = referrer;
    EXPECT_EQ(fate(rules, record), "dropped:referrer") << referrer;
  }
  for (const char* referrer : {"https://notspam.example/", "https://a.example/?spam.example", ""}) {
    record.referrer = referrer;
    EXPECT_EQ(fate(rules, record), "kept") << referrer;
  }
}

TEST(TrafficRules, DropBeforeTheyMark) {
  TrafficPatterns drop;
  drop.paths = {"/a"};
  TrafficPatterns mark;
  mark.paths = {"*"};
  const TrafficRules rules(drop, mark);
  EXPECT_EQ(fate(rules, page("/a")), "dropped:path");
  EXPECT_EQ(fate(rules, page("/b")), "marked:path");
  EXPECT_TRUE(TrafficRules({}, {}).is_empty());
}

}  // namespace
}  // namespace penstock::intake
