// The gate before every endpoint: session, CSRF token, password change, role.
#pragma once

#include <optional>

#include "console/api/request/call.h"

namespace penstock::console {

// Fills in call.session. The refusal, or nullopt where the endpoint may run. Blocking.
std::optional<http::Response> authorize(const Route& route, Call& call, Accounts& accounts);

}  // namespace penstock::console
