#include "http/entity_tag.h"

#include <cstddef>

#include "base/text.h"

namespace penstock::http {
namespace {

constexpr std::string_view kWeak = "W/";

std::string_view without_weakness(std::string_view tag) {
  if (tag.starts_with(kWeak)) tag.remove_prefix(kWeak.size());
  return tag;
}

}  // namespace

// A tag may have commas in it, so its quotes are what ends it.
bool names_tag(std::string_view if_none_match, std::string_view tag) {
  const std::string_view wanted = without_weakness(tag);
  std::string_view rest = if_none_match;
  while (true) {
    const std::size_t start = rest.find_first_not_of(" \t,");
    if (start == std::string_view::npos) return false;
    rest = without_weakness(rest.substr(start));
    if (!rest.starts_with('"')) return false;
    const std::size_t end = rest.find('"', 1);
    if (end == std::string_view::npos) return false;
    if (rest.substr(0, end + 1) == wanted) return true;
    rest.remove_prefix(end + 1);
  }
}

bool names_any(std::string_view if_none_match) { return trim(if_none_match) == "*"; }

}  // namespace penstock::http
