// Percent-decoding, as the WHATWG's URL standard has it and as a format of our own wants it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.h"

namespace penstock {

enum class Plus : std::uint8_t {
  kIsText,   // In a path, a host, a password.
  kIsSpace,  // In a query and in a form.
};

// Appends `text` with each %XX undone. A % that is not followed by two hex digits is text and is
// kept: browsers send it so, and people write "20% off". Never longer than `text`. Bytes come out
// as they were sent: what they make need not be UTF-8 and may hold a NUL.
void append_percent_decoded(std::string& out, std::string_view text, Plus plus);

// Whether `text`, undone as above, is `plain`. Does not allocate.
bool is_percent_encoded(std::string_view text, std::string_view plain, Plus plus);

// For what a person configures, where a lone % is a slip of the pen: kRejected, with the offset of
// the first % that is not followed by two hex digits as native number. + is text.
Result<std::string> strictly_percent_decoded(std::string_view text);

}  // namespace penstock
