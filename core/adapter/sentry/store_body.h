// What old clients do to the JSON of an event.
#pragma once

#include <string>
#include <string_view>

namespace penstock::adapter {

// More is refused, however small it was packed.
inline constexpr std::size_t kStoreBytesMax = 16 << 20;

// The JSON in `body`, which may be zlib's, or base64 of either. Into `scratch` where it had to be
// unpacked, with kReadablePadding bytes behind it. "" where it is none of these.
std::string_view unpacked_store(std::string_view body, std::string& scratch);

// Replaces `out` by `json` with null for NaN and Infinity, which Python writes. False: it has none.
bool repair_numbers(std::string_view json, std::string& out);

}  // namespace penstock::adapter
