// What people may call something that others read in a list.
#pragma once

#include <cstddef>
#include <string_view>

namespace penstock::console {

// 1 to `bytes_max` bytes of UTF-8, without control characters and those that are not seen, and not
// white space alone.
bool is_plain_name(std::string_view text, std::size_t bytes_max);

}  // namespace penstock::console
