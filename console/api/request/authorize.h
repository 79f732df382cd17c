// The gate before every endpoint: session or API token, CSRF token, password change, role.
#pragma once

#include <optional>

#include "console/api/request/call.h"

namespace penstock::console {

// Fills in call.session; of an API token, which needs no CSRF token, it has the owner with the role
// that the token gives, and call.token_name. The refusal, or nullopt where the endpoint may run.
// Blocking.
std::optional<http::Response> authorize(const Route& route, Call& call, Accounts& accounts,
                                        ApiTokens& tokens);

}  // namespace penstock::console
