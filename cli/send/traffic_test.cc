#include "cli/send/traffic.h"

#include <algorithm>
#include <map>
#include <set>

#include <gtest/gtest.h>

#include "base/bytes.h"
#include "base/text.h"
#include "cli/send/traffic_data.h"
#include "json/reader.h"

namespace penstock::cli {
namespace {

using Members = std::map<std::string, std::string>;

// The event's members as text; fails the test where it is not valid JSON.
Members members_of(std::string event) {
  Members members;
  reserve_padding(event);
  json::Reader reader;
  const auto read = reader.read(event, [&](json::Value& root) {
    return root.members([&](std::string_view key, json::Value& value) -> Result<void> {
      std::string& text = members[std::string(key)];
      if (value.kind() != json::Kind::kString) return value.append_to(text, 8);
      const auto string = value.string();
      if (!string) return fail(string.error());
      text = *string;
      return {};
    });
  });
  EXPECT_TRUE(read) << event;
  return members;
}

std::vector<std::string> events(const TrafficOptions& options, int count) {
  Traffic traffic(options);
  std::vector<std::string> out;
  for (int i = 0; i < count; ++i) traffic.append_next(out.emplace_back());
  return out;
}

TEST(Traffic, RepeatsItselfForASeedAndOnlyForIt) {
  TrafficOptions options;
  options.seed = 7;
  const auto first = events(options, 500);
  EXPECT_EQ(events(options, 500), first);
  options.seed = 8;
  EXPECT_NE(events(options, 500), first);
}

TEST(Traffic, GivesEveryEventAnIdOfItsOwn) {
  TrafficOptions options;
  std::set<std::string> ids;
  for (options.seed = 1; options.seed <= 2; ++options.seed) {
    for (const std::string& event : events(options, 2'000)) ids.insert(members_of(event)["id"]);
  }
  EXPECT_EQ(ids.size(), 4'000u);
  EXPECT_EQ(ids.begin()->size(), 36u);
}

TEST(Traffic, LooksLikeAWebSite) {
  std::map<std::string, int> names;
  std::map<std::string, int> urls;
  std::set<std::string> sessions;
  int campaigns = 0;
  int outside = 0;
  for (const std::string& event : events(TrafficOptions(), 20'000)) {
    Members members = members_of(event);
    ++names[members.count("name") > 0 ? members["name"] : "pageview"];
    const std::string& url = members["url"];
    EXPECT_EQ(url.find(kSite), 0u) << event;
    ++urls[url.substr(0, url.find('?'))];
    sessions.insert(members["session_id"]);
    if (url.find("utm_") != std::string::npos) ++campaigns;
    if (members.count("referrer") > 0 && members["referrer"].find(kSite) != 0) ++outside;
    EXPECT_FALSE(members["anonymous_id"].empty());
    EXPECT_EQ(members.count("time") + members.count("ip") + members.count("user_agent"), 0u);
  }
  EXPECT_GT(names["pageview"], 14'000);
  for (const char* name : {"click", "search", "purchase", "signup"}) EXPECT_GT(names[name], 50);
  EXPECT_EQ(urls.size(), 300u);
  EXPECT_GT(urls["https://shop.example/"], 2'000);  // Zipf's first of 300: a sixth.
  EXPECT_GT(sessions.size(), 2'000u);
  EXPECT_LT(sessions.size(), 12'000u);
  EXPECT_GT(campaigns, 300);
  EXPECT_GT(outside, 1'000);
}

TEST(Traffic, ComesFromManyBrowsersAndBots) {
  EXPECT_GE(user_agents().size(), 30u);
  Traffic traffic{TrafficOptions()};
  std::set<std::string> agents;
  std::string event;
  for (int i = 0; i < 20'000; ++i) {
    traffic.append_next(event);
    agents.emplace(traffic.user_agent());
    EXPECT_FALSE(traffic.ip().empty());
    event.clear();
  }
  EXPECT_EQ(agents.size(), user_agents().size());
}

TEST(Traffic, LetsOneVisitorActAgain) {
  Traffic traffic{TrafficOptions()};
  std::string first;
  std::string second;
  traffic.append_next(first);
  const std::string agent(traffic.user_agent());
  while (second.empty() || members_of(second)["session_id"] == members_of(first)["session_id"]) {
    second.clear();
    traffic.append_next_of_same(second);
    if (members_of(second)["session_id"] == members_of(first)["session_id"]) {
      EXPECT_EQ(traffic.user_agent(), agent);
      EXPECT_EQ(members_of(second)["anonymous_id"], members_of(first)["anonymous_id"]);
    }
  }
}

TEST(Traffic, WritesTimesAndAddressesWhereItIsAskedTo) {
  TrafficOptions options;
  options.hours = 2;
  options.now_ms = 1'795'515'837'000;
  options.is_server_side = true;
  for (const std::string& event : events(options, 500)) {
    Members members = members_of(event);
    const auto time = parse_rfc3339(members["time"]);
    ASSERT_TRUE(time) << event;
    EXPECT_LE(*time, options.now_ms);
    EXPECT_GT(*time, options.now_ms - 2 * 3'600'000);
    EXPECT_FALSE(members["ip"].empty());
    EXPECT_FALSE(members["user_agent"].empty());
  }
}

}  // namespace
}  // namespace penstock::cli
