// Percent-decoding, query strings and form bodies.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/function_ref.h"

namespace penstock::http {

// Appends `text` with %XX undone and, in a query or form, + as a space. kRejected for a % that is
// not followed by two hex digits.
Result<void> append_decoded(std::string& out, std::string_view text, bool plus_is_space);

// Calls `visit` for each decoded name and value of "a=1&b=2" (application/x-www-form-urlencoded).
// The views are lent for the call.
Result<void> for_each_pair(
    std::string_view query,
    FunctionRef<Result<void>(std::string_view name, std::string_view value)> visit);

// The decoded value of the first pair named `name`; nullopt where there is none or it is malformed.
std::optional<std::string> query_value(std::string_view query, std::string_view name);

}  // namespace penstock::http
