#include "cli/send/traffic_data.h"

#include <set>

#include <gtest/gtest.h>

namespace penstock::cli {
namespace {

// traffic.cc writes these into JSON as they stand.
TEST(TrafficData, NeedsNoEscapes) {
  for (const auto& list : {user_agents(), referrers(), campaigns()}) {
    std::set<std::string_view> texts;
    for (const Weighted& entry : list) {
      EXPECT_TRUE(texts.insert(entry.text).second) << entry.text;
      EXPECT_GT(entry.weight, 0u);
      EXPECT_EQ(entry.text.find_first_of("\"\\\n"), std::string_view::npos) << entry.text;
    }
  }
}

TEST(TrafficData, HasThreeHundredDifferentPages) {
  const auto paths = page_paths();
  EXPECT_EQ(std::set<std::string>(paths.begin(), paths.end()).size(), 300u);
  EXPECT_EQ(paths.front(), "/");
}

}  // namespace
}  // namespace penstock::cli
