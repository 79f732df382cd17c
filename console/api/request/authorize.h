// The gate before every endpoint: session or API token, CSRF token, password change, and the role,
// which counts where the route's scope says.
#pragma once

#include <optional>
#include <string_view>

#include "console/api/request/call.h"

namespace penstock::console {

// Fills in call.session; of an API token, which needs no CSRF token, it has the owner with the role
// that the token gives, and call.token_name. The refusal, or nullopt where the endpoint may run.
// Blocking.
std::optional<http::Response> authorize(const Route& route, Call& call, Accounts& accounts,
                                        ApiTokens& tokens);

// Whether who calls has the role in the project: for endpoints of Scope::kItem and kOwn.
bool may(const Call& call, Access access, std::string_view project);

}  // namespace penstock::console
