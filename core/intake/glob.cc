#include "intake/glob.h"

namespace penstock::intake {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }

bool is_same(char a, char b, Case letters) {
  return letters == Case::kIgnored ? lower(a) == lower(b) : a == b;
}

}  // namespace

// Where a text does not go on as the pattern does, the last * takes one character more: an earlier
// one need never be tried again.
bool matches_glob(std::string_view pattern, std::string_view text, Case letters) {
  std::size_t in_pattern = 0;
  std::size_t in_text = 0;
  std::size_t star = std::string_view::npos;
  std::size_t star_text = 0;
  while (in_text < text.size()) {
    if (in_pattern < pattern.size() && pattern[in_pattern] == '*') {
      star = in_pattern++;
      star_text = in_text;
    } else if (in_pattern < pattern.size() &&
               is_same(pattern[in_pattern], text[in_text], letters)) {
      ++in_pattern;
      ++in_text;
    } else if (star != std::string_view::npos) {
      in_pattern = star + 1;
      in_text = ++star_text;
    } else {
      return false;
    }
  }
  while (in_pattern < pattern.size() && pattern[in_pattern] == '*') ++in_pattern;
  return in_pattern == pattern.size();
}

}  // namespace penstock::intake
