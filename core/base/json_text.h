// A text as a JSON string: the one place that escapes, for the writer in json/ and for the layers
// that lie below it or write a member or two by hand.
//
// Escaped are what RFC 8259 wants, every other control character (DEL and C1 too: logs are read in
// terminals) and, so that a value is inert inside a page as well, <, >, & and U+2028/9. Bytes that
// are not UTF-8 are replaced by U+FFFD, so that the outcome is valid JSON whatever goes in.
#pragma once

#include <string>
#include <string_view>

namespace penstock {

void append_json_string(std::string& out, std::string_view text);  // With its quotes.

// The same behind `before`, with `behind` after it, as one step for a short text: a member's name
// with its comma and its colon.
void append_json_string(std::string& out, std::string_view text, std::string_view before,
                        std::string_view behind);

}  // namespace penstock
