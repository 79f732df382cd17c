// Entity tags in conditional requests (RFC 9110, 8.8.3 and 13.1.2).
#pragma once

#include <string_view>

namespace penstock::http {

// Whether an If-None-Match list has the tag ("x" or W/"x", with its quotes), compared weakly. Not
// for "*", which names whatever there is. What is no list of tags names none from there on.
bool names_tag(std::string_view if_none_match, std::string_view tag);

// "*": any answer that could be given matches.
bool names_any(std::string_view if_none_match);

}  // namespace penstock::http
