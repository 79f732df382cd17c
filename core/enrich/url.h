// The parts of a URL that charts count by: host, path and campaign.
//
// Reads what browsers would accept and much that they would not, because a URL here is only text
// that some client sent. Nothing is refused: a part that makes no sense is empty.
#pragma once

#include <string_view>

#include "enrich/text_arena.h"

namespace penstock::enrich {

// Views into the URL, or into the arena where a part had to be rewritten.
struct UrlParts {
  std::string_view host;  // Lower case, without user, port and a closing dot; "" where malformed.
  std::string_view path;  // As sent, without query and fragment; "/" for a host alone.
  std::string_view utm_source;
  std::string_view utm_medium;
  std::string_view utm_campaign;
};

// The URL and the arena outlive the parts.
UrlParts split_url(std::string_view url, TextArena& arena);

// A campaign's values are labels; longer ones are cut.
inline constexpr std::size_t kUtmBytesMax = 256;

}  // namespace penstock::enrich
