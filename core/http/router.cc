#include "http/router.h"

#include <array>

namespace penstock::http {
namespace {

constexpr std::string_view kWildcard = "{}";

// Takes the text up to the next slash off the front of `path`, and the slash.
std::string_view take_segment(std::string_view& path) {
  const auto end = path.find('/');
  const std::string_view segment = path.substr(0, end);
  path.remove_prefix(end == std::string_view::npos ? path.size() : end + 1);
  return segment;
}

std::size_t segments_in(std::string_view path) {
  std::size_t count = 1;
  for (const char c : path) count += c == '/' ? 1 : 0;
  return count;
}

bool matches(std::string_view pattern, std::string_view path, std::string_view& taken) {
  if (segments_in(pattern) != segments_in(path)) return false;
  bool is_first = true;
  for (std::size_t left = segments_in(pattern); left > 0; --left) {
    const std::string_view wanted = take_segment(pattern);
    const std::string_view segment = take_segment(path);
    if (wanted != kWildcard) {
      if (wanted != segment) return false;
    } else {
      if (segment.empty()) return false;
      if (is_first) taken = segment;
      is_first = false;
    }
  }
  return true;
}

bool answers(Method route, Method asked) {
  return route == asked || (route == Method::kGet && asked == Method::kHead);
}

using Methods = std::array<bool, 8>;  // By Method's value.

std::string allow_text(Methods methods) {
  const auto has = [&](Method method) -> bool& {
    return methods[static_cast<std::size_t>(method)];
  };
  if (has(Method::kGet)) has(Method::kHead) = true;
  has(Method::kOptions) = true;
  has(Method::kOther) = false;
  std::string text;
  for (std::size_t i = 0; i < methods.size(); ++i) {
    if (!methods[i]) continue;
    if (!text.empty()) text += ", ";
    text += to_text(static_cast<Method>(i));
  }
  return text;
}

}  // namespace

void Router::add(Method method, std::string_view pattern, int route) {
  const bool has_wildcard = pattern.find(kWildcard) != std::string_view::npos;
  entries_.push_back(Entry{method, std::string(pattern), route, has_wildcard});
}

std::optional<int> Router::find_literal(Method method, std::string_view path) const {
  for (const Entry& entry : entries_) {
    if (entry.method == method && !entry.has_wildcard && entry.pattern == path) return entry.route;
  }
  return std::nullopt;
}

Match Router::find(Method method, std::string_view path) const {
  // A route for HEAD itself goes before GET's, and the first of equals stays.
  if (const auto route = find_literal(method, path)) {
    return Match{Match::Kind::kFound, *route, {}, {}};
  }
  Match best{Match::Kind::kNoSuchPath, -1, {}, {}};
  Methods allowed{};
  bool is_known = false;
  for (const Entry& entry : entries_) {
    std::string_view segment;
    if (entry.has_wildcard ? !matches(entry.pattern, path, segment) : entry.pattern != path) {
      continue;
    }
    is_known = true;
    allowed[static_cast<std::size_t>(entry.method)] = true;
    if (!answers(entry.method, method)) continue;
    if (best.kind == Match::Kind::kFound && entry.has_wildcard) continue;
    best = Match{Match::Kind::kFound, entry.route, segment, {}};
  }
  if (best.kind == Match::Kind::kFound || !is_known) return best;
  return Match{Match::Kind::kWrongMethod, -1, {}, allow_text(allowed)};
}

}  // namespace penstock::http
