// Times as access logs write them.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace penstock::importing {

struct LogTime {
  std::int64_t ms = 0;    // As if it were UTC where no zone is said.
  bool has_zone = false;  // "+0200", "Z", or a number since 1970.
};

// "10/Oct/2026:13:55:36 -0700", "10/Oct/2026 13:55:36", RFC 3339 with or without a zone,
// "2026/11/27 10:00:00", Unix times. Nullopt for what is no time.
std::optional<LogTime> parse_log_time(std::string_view text);

}  // namespace penstock::importing
