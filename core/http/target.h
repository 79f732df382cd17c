// Query strings and form bodies, as the WHATWG's URL standard parses them: nothing is malformed,
// and a % that means nothing is text (base/percent.h).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/function_ref.h"

namespace penstock::http {

// Calls `visit` for each decoded name and value of "a=1&b=2" (application/x-www-form-urlencoded).
// The views are lent for the call. Fails only as `visit` does, which ends it.
Result<void> for_each_pair(
    std::string_view query,
    FunctionRef<Result<void>(std::string_view name, std::string_view value)> visit);

// The undecoded value of the first pair whose decoded name is `name`; nullopt where there is none.
// Does not allocate.
std::optional<std::string_view> find_query_value(std::string_view query, std::string_view name);
inline std::optional<std::string_view> raw_query_value(std::string_view query,
                                                       std::string_view name) {
  if (query.empty()) return std::nullopt;  // As most requests' are.
  return find_query_value(query, name);
}

}  // namespace penstock::http
