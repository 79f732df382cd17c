#include "http/target.h"

#include <algorithm>

#include "base/percent.h"

namespace penstock::http {
namespace {

struct Pair {
  std::string_view name;
  std::string_view value;
};

// Takes the next pair, still encoded, off the front of `query`; skips empty ones ("a=1&&b=2").
std::optional<Pair> next_pair(std::string_view& query) {
  while (!query.empty()) {
    const auto end = query.find('&');
    const std::string_view pair = query.substr(0, end);
    query.remove_prefix(end == std::string_view::npos ? query.size() : end + 1);
    if (pair.empty()) continue;
    const auto equals = pair.find('=');
    if (equals == std::string_view::npos) return Pair{pair, {}};
    return Pair{pair.substr(0, equals), pair.substr(equals + 1)};
  }
  return std::nullopt;
}

// `text` itself where nothing is encoded in it, else decoded into `scratch`.
std::string_view decoded(std::string_view text, std::string& scratch) {
  const bool is_plain =
      std::none_of(text.begin(), text.end(), [](char c) { return c == '%' || c == '+'; });
  if (is_plain) return text;
  scratch.clear();
  append_percent_decoded(scratch, text, Plus::kIsSpace);
  return scratch;
}

}  // namespace

Result<void> for_each_pair(
    std::string_view query,
    FunctionRef<Result<void>(std::string_view name, std::string_view value)> visit) {
  std::string name_scratch;
  std::string value_scratch;
  while (const auto pair = next_pair(query)) {
    PENSTOCK_TRY(visit(decoded(pair->name, name_scratch), decoded(pair->value, value_scratch)));
  }
  return {};
}

std::optional<std::string> query_value(std::string_view query, std::string_view name) {
  std::string scratch;
  while (const auto pair = next_pair(query)) {
    if (decoded(pair->name, scratch) != name) continue;
    return std::string(decoded(pair->value, scratch));
  }
  return std::nullopt;
}

std::optional<std::string_view> raw_query_value(std::string_view query, std::string_view name) {
  while (!query.empty()) {
    const std::size_t end = query.find('&');
    const std::string_view pair = query.substr(0, end);
    if (pair.size() > name.size() && pair[name.size()] == '=' && pair.starts_with(name)) {
      return pair.substr(name.size() + 1);
    }
    if (end == std::string_view::npos) break;
    query.remove_prefix(end + 1);
  }
  return std::nullopt;
}

}  // namespace penstock::http
