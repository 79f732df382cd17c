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

std::optional<std::string_view> find_query_value(std::string_view query, std::string_view name) {
  while (const auto pair = next_pair(query)) {
    if (is_percent_encoded(pair->name, name, Plus::kIsSpace)) return pair->value;
  }
  return std::nullopt;
}

}  // namespace penstock::http
