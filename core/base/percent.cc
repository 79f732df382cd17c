#include "base/percent.h"

#include <algorithm>
#include <cstddef>

#include "base/text.h"

namespace penstock {
namespace {

// The byte that the % at `at` and two hex digits behind it stand for; -1 where it means itself.
int byte_at(std::string_view text, std::size_t at) {
  if (text.size() - at < 3) return -1;
  const int high = hex_digit(text[at + 1]);
  const int low = hex_digit(text[at + 2]);
  return high < 0 || low < 0 ? -1 : high * 16 + low;
}

}  // namespace

void append_percent_decoded(std::string& out, std::string_view text, Plus plus) {
  // By hand: find_first_of() calls memchr() for each character.
  const auto is_special = [plus](char c) {
    return c == '%' || (c == '+' && plus == Plus::kIsSpace);
  };
  while (true) {
    const auto* found = std::find_if(text.begin(), text.end(), is_special);
    const auto at = static_cast<std::size_t>(found - text.begin());
    out += text.substr(0, at);
    if (at == text.size()) return;
    const int byte = text[at] == '+' ? ' ' : byte_at(text, at);
    out += byte < 0 ? '%' : static_cast<char>(byte);
    text.remove_prefix(at + (text[at] == '%' && byte >= 0 ? 3 : 1));
  }
}

bool is_percent_encoded(std::string_view text, std::string_view plain, Plus plus) {
  for (const char c : plain) {
    if (text.empty()) return false;
    const int byte = text[0] == '%' ? byte_at(text, 0) : -1;
    const bool is_space = text[0] == '+' && plus == Plus::kIsSpace;
    if ((byte >= 0 ? static_cast<char>(byte) : is_space ? ' ' : text[0]) != c) return false;
    text.remove_prefix(byte >= 0 ? 3 : 1);
  }
  return text.empty();
}

Result<std::string> strictly_percent_decoded(std::string_view text) {
  for (std::size_t at = text.find('%'); at != std::string_view::npos; at = text.find('%', at + 1)) {
    if (byte_at(text, at) < 0) {
      return fail(ErrorCode::kRejected, static_cast<std::int64_t>(at), "undo a % and two digits");
    }
  }
  std::string out;
  append_percent_decoded(out, text, Plus::kIsText);
  return out;
}

}  // namespace penstock
