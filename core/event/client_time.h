// A time as a client wrote it.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace penstock::event {

// Milliseconds since the epoch, from RFC 3339 or a Unix time with or without a fraction. Numbers
// below 1e11 are seconds (up to the year 5138), others milliseconds (from 1973). Nullopt for what
// is no time.
std::optional<std::int64_t> parse_client_time(std::string_view text);

}  // namespace penstock::event
