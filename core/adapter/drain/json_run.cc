#include "adapter/drain/json_run.h"

namespace penstock::adapter {
namespace {

// Behind the closing quote of a text whose opening one is at `at`.
std::size_t end_of_text(std::string_view text, std::size_t at) {
  for (++at; at < text.size(); ++at) {
    if (text[at] == '\\') {
      ++at;
    } else if (text[at] == '"') {
      return at + 1;
    }
  }
  return text.size();
}

std::size_t end_of_brackets(std::string_view text) {
  std::size_t depth = 0;
  std::size_t at = 0;
  while (at < text.size()) {
    switch (text[at]) {
      case '"':
        at = end_of_text(text, at);
        continue;
      case '{':
      case '[':
        ++depth;
        break;
      case '}':
      case ']':
        if (--depth == 0) return at + 1;
        break;
      default:
        break;
    }
    ++at;
  }
  return text.size();
}

}  // namespace

std::optional<std::string_view> take_json(std::string_view& rest) {
  const std::size_t begin = rest.find_first_not_of(" \t\r\n");
  if (begin == std::string_view::npos) {
    rest = {};
    return std::nullopt;
  }
  rest.remove_prefix(begin);
  const bool has_brackets = rest.front() == '{' || rest.front() == '[';
  const std::size_t end = has_brackets ? end_of_brackets(rest) : rest.find('\n');
  const std::string_view taken = rest.substr(0, end);
  rest.remove_prefix(taken.size());
  return taken;
}

}  // namespace penstock::adapter
