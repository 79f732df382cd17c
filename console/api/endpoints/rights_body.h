// What a user may do, as the body of a request says it: {"role":"editor"}, or
// {"projects":[{"project":"shop","role":"editor"}]}.
#pragma once

#include <optional>
#include <string_view>

#include "console/api/auth/user.h"
#include "http/message.h"

namespace penstock::console {

// Nullopt, with a 400 in `refusal`, for both, for none of them, and for what is none. Requires
// kReadablePadding bytes behind the body.
std::optional<Rights> read_rights(std::string_view padded_body, http::Response& refusal);

}  // namespace penstock::console
