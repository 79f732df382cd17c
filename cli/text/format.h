// Figures as people read them.
#pragma once

#include <cstdint>
#include <string>

namespace penstock::cli {

std::string bytes_text(std::uint64_t bytes);   // "1.2 MiB"
std::string duration_text(double seconds);     // "0.3 s", "5 min", "3 h 12 min", "4 d 2 h"
std::string count_text(std::uint64_t number);  // "1,234,567"
std::string rate_text(double per_second);      // "0.3/s", "1,234/s"

}  // namespace penstock::cli
