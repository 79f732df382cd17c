#include "http/target.h"

namespace penstock::http {
namespace {

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

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
Result<std::string_view> decoded(std::string_view text, std::string& scratch) {
  if (text.find_first_of("%+") == std::string_view::npos) return text;
  scratch.clear();
  PENSTOCK_TRY(append_decoded(scratch, text, true));
  return std::string_view(scratch);
}

}  // namespace

Result<void> append_decoded(std::string& out, std::string_view text, bool plus_is_space) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+' && plus_is_space) {
      out += ' ';
    } else if (text[i] != '%') {
      out += text[i];
    } else {
      const int high = i + 2 < text.size() ? hex_digit(text[i + 1]) : -1;
      const int low = i + 2 < text.size() ? hex_digit(text[i + 2]) : -1;
      if (high < 0 || low < 0) {
        return fail(ErrorCode::kRejected, static_cast<std::int64_t>(i), "decode a % sequence");
      }
      out += static_cast<char>(high * 16 + low);
      i += 2;
    }
  }
  return {};
}

Result<void> for_each_pair(
    std::string_view query,
    FunctionRef<Result<void>(std::string_view name, std::string_view value)> visit) {
  std::string name_scratch;
  std::string value_scratch;
  while (const auto pair = next_pair(query)) {
    const auto name = decoded(pair->name, name_scratch);
    if (!name) return fail(name.error());
    const auto value = decoded(pair->value, value_scratch);
    if (!value) return fail(value.error());
    PENSTOCK_TRY(visit(*name, *value));
  }
  return {};
}

std::optional<std::string> query_value(std::string_view query, std::string_view name) {
  std::string scratch;
  while (const auto pair = next_pair(query)) {
    const auto decoded_name = decoded(pair->name, scratch);
    if (!decoded_name || *decoded_name != name) continue;
    std::string value;
    if (!append_decoded(value, pair->value, true)) return std::nullopt;
    return value;
  }
  return std::nullopt;
}

}  // namespace penstock::http
