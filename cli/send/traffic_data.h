// What traffic.cc draws from: user agents as they were seen in the wild, referrers, campaigns.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace penstock::cli {

struct Weighted {
  std::string_view text;
  std::uint32_t weight;
};

std::span<const Weighted> user_agents();
std::span<const Weighted> referrers();
// Query strings with utm_ parameters, and "" for none.
std::span<const Weighted> campaigns();

// 300 paths of a shop with a blog and documentation, most popular first.
std::vector<std::string> page_paths();

inline constexpr std::string_view kSite = "https://shop.example";

}  // namespace penstock::cli
