// Patterns in which * stands for any run of characters, also none: "*HeadlessChrome*".
#pragma once

#include <cstddef>
#include <string_view>

namespace penstock::intake {

// A pattern longer than this is no pattern any more; and the time for a text is bounded by it.
inline constexpr std::size_t kGlobBytesMax = 256;

enum class Case : bool { kMatters, kIgnored };  // ASCII's alone.

// The whole text. At most as many steps as the product of both lengths, and usually as the text's.
bool matches_glob(std::string_view pattern, std::string_view text, Case letters);

}  // namespace penstock::intake
