#include "console/api/errors/release_order.h"

#include <algorithm>
#include <cstdint>

#include "base/text.h"

namespace penstock::console {
namespace {

constexpr std::size_t kNumbersMax = 4;

struct Version {
  std::string_view package;
  std::int64_t numbers[kNumbersMax] = {};
  std::string_view early;  // "rc.1".
};

// Takes what stands before `sign`, or all, off `text`.
std::string_view take_until(std::string_view& text, char sign) {
  const std::size_t at = text.find(sign);
  const std::string_view part = text.substr(0, at);
  text = at == std::string_view::npos ? std::string_view() : text.substr(at + 1);
  return part;
}

std::optional<Version> version_of(std::string_view text) {
  Version version;
  if (const std::size_t at = text.rfind('@'); at != std::string_view::npos) {
    version.package = text.substr(0, at);
    text.remove_prefix(at + 1);
  }
  if (!text.empty() && (text.front() == 'v' || text.front() == 'V')) text.remove_prefix(1);
  text = text.substr(0, text.find('+'));
  const std::size_t dash = text.find('-');
  if (dash != std::string_view::npos) version.early = text.substr(dash + 1);
  text = text.substr(0, dash);
  if (text.empty() || text.back() == '.') return std::nullopt;
  for (std::size_t i = 0; !text.empty(); ++i) {
    const auto number = parse_int(take_until(text, '.'));
    if (!number || *number < 0 || i == kNumbersMax) return std::nullopt;
    version.numbers[i] = *number;
  }
  return version;
}

template <class T>
int sign_of(const T& a, const T& b) {
  return a < b ? -1 : (b < a ? 1 : 0);
}

// Numbers stand before words, and the shorter list before the longer.
int order_of_early(std::string_view a, std::string_view b) {
  // What is early stands before what is not.
  if (a.empty() || b.empty()) return sign_of(a.empty(), b.empty());
  while (!a.empty() && !b.empty()) {
    const std::string_view left = take_until(a, '.');
    const std::string_view right = take_until(b, '.');
    const auto x = parse_int(left);
    const auto y = parse_int(right);
    int order = sign_of(left, right);
    if (x && y) order = sign_of(*x, *y);
    if (x.has_value() != y.has_value()) order = x ? -1 : 1;
    if (order != 0) return order;
  }
  return sign_of(!a.empty(), !b.empty());
}

}  // namespace

bool is_numbered_release(std::string_view release) { return version_of(release).has_value(); }

std::optional<int> order_of_releases(std::string_view a, std::string_view b) {
  if (a == b) return 0;
  const auto left = version_of(a);
  const auto right = version_of(b);
  if (!left || !right || left->package != right->package) return std::nullopt;
  for (std::size_t i = 0; i < kNumbersMax; ++i) {
    const int order = sign_of(left->numbers[i], right->numbers[i]);
    if (order != 0) return order;
  }
  const int order = order_of_early(left->early, right->early);
  return order == 0 ? std::nullopt : std::optional(order);
}

}  // namespace penstock::console
