// Texts that are kept for good, for where only static ones will do: the words of a server as an
// Error's reason (error.h), which owns nothing.
#pragma once

#include <cstddef>
#include <string_view>

namespace penstock {

inline constexpr std::size_t kStaticTextBytesMax = 400;
// What servers say is few different sentences, over and over. What comes after so many is not kept.
inline constexpr std::size_t kStaticTextsMax = 256;

// `text`, valid UTF-8 and cut to kStaticTextBytesMax, in static storage; the same pointer for the
// same text. Null for "", and a sentence of its own where kStaticTextsMax is reached. Any thread.
const char* static_text(std::string_view text);

}  // namespace penstock
