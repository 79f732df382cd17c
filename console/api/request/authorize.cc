#include "console/api/request/authorize.h"

#include <utility>

#include "base/text.h"
#include "console/api/request/answers.h"
#include "crypto/secrets.h"

namespace penstock::console {

namespace {

bool is_enough(Role role, Access access) {
  switch (access) {
    case Access::kAnyone:
    case Access::kSignedIn:
    case Access::kViewer:
      return true;
    case Access::kEditor:
      return role == Role::kEditor || role == Role::kAdmin;
    case Access::kAdmin:
      return role == Role::kAdmin;
  }
  return false;
}

std::optional<http::Response> find_token(const Route& route, Call& call, ApiTokens& tokens) {
  auto found = tokens.find(*call.bearer);
  if (!found) return failure_answer(found.error());
  if (!*found) {
    auto refusal = http::error_response(401, "no_token", "the API token is unknown or expired");
    refusal.headers.emplace_back("WWW-Authenticate", "Bearer");
    return refusal;
  }
  call.session.emplace();
  call.session->user = std::move((*found)->user);
  call.token_name = std::move((*found)->name);
  if (!route.takes_token()) {
    return http::error_response(403, "session_required", "this takes a session, and no API token");
  }
  return std::nullopt;
}

std::optional<http::Response> find_session(const Route& route, Call& call, Accounts& accounts) {
  auto session = accounts.find_session(call.token);
  if (!session) return failure_answer(session.error());
  if (!*session) return http::error_response(401, "no_session", "sign in first");
  call.session = std::move(**session);
  if (route.is_changing() && !crypto::is_equal(call.csrf, call.session->csrf_token)) {
    return http::error_response(403, "csrf_token_required",
                                "X-CSRF-Token has to carry the session's csrf_token");
  }
  return std::nullopt;
}

}  // namespace

std::optional<http::Response> authorize(const Route& route, Call& call, Accounts& accounts,
                                        ApiTokens& tokens) {
  if (route.access == Access::kAnyone) return std::nullopt;
  auto refusal =
      call.bearer ? find_token(route, call, tokens) : find_session(route, call, accounts);
  if (refusal) return refusal;
  if (route.access == Access::kSignedIn) return std::nullopt;
  const User& user = call.session->user;
  if (user.must_change_password) {
    return http::error_response(403, "password_change_required",
                                "change the password first: POST /api/v1/session/password");
  }
  if (!is_enough(user.role, route.access)) {
    return http::error_response(
        403, "role_required", str_cat("your role is ", to_text(user.role), ", and it takes more"));
  }
  return std::nullopt;
}

}  // namespace penstock::console
