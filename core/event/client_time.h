// A time as a client wrote it.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace penstock::event {

// Milliseconds since the epoch, from RFC 3339 or a Unix time with or without a fraction; white
// space around it is passed over. A number's unit is told by its size: below 1e11 seconds (up to
// the year 5138), below 1e14 milliseconds (from 1973), below 1e17 microseconds, others nanoseconds.
// Nullopt for what is no time.
std::optional<std::int64_t> parse_client_time(std::string_view text);

}  // namespace penstock::event
