// What a stranger's text must not do to whoever reads it in a terminal: give it orders (ESC and the
// other control characters, C1 too), or show other characters in another order than they have
// (Unicode's bidirectional controls, with which a line can be made to read as another).
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace penstock {

// Bytes of the character at `at` where it is one of those; 1 for a byte that is not UTF-8; 0 for
// one that is harmless. Requires at < size.
std::size_t unsafe_length(std::string_view text, std::size_t at);

// `text` with every such character written as \u001b, and bytes that are not UTF-8 as U+FFFD.
void append_escaped(std::string& out, std::string_view text);

}  // namespace penstock
