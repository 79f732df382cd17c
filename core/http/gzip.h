// Content-Encoding: gzip.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace penstock::http {

// kMost: as small as zlib makes it, for what is made once and sent often. kLeast: for what is made
// for each who asks.
enum class GzipEffort : std::uint8_t { kLeast, kMost };

// The same bytes each time.
std::string gzip(std::string_view text, GzipEffort effort = GzipEffort::kMost);

// Whether an Accept-Encoding names gzip and does not exclude it ("gzip;q=0").
bool accepts_gzip(std::string_view accept_encoding);

}  // namespace penstock::http
