#include "console/api/request/authorize.h"

#include <utility>

#include "base/text.h"
#include "console/api/request/answers.h"
#include "crypto/secrets.h"
#include "http/target.h"

namespace penstock::console {

namespace {

bool is_enough(Role role, Access access) {
  switch (access) {
    case Access::kAnyone:
    case Access::kSignedIn:
      return true;
    case Access::kViewer:
      return role >= Role::kViewer;
    case Access::kEditor:
      return role >= Role::kEditor;
    case Access::kAdmin:
      return role == Role::kAdmin;
  }
  return false;
}

http::Response role_required(std::string_view why) {
  return http::error_response(403, "role_required", why);
}

// The one project that a query asks for; nullopt for none, or two.
std::optional<std::string> project_in(std::string_view query) {
  std::optional<std::string> project;
  const auto visited = http::for_each_pair(
      query, [&](std::string_view name, std::string_view value) -> Result<void> {
        if (name != "project") return {};
        if (project) return fail(ErrorCode::kRejected, "two projects");
        project = value;
        return {};
      });
  return visited ? project : std::nullopt;
}

std::optional<http::Response> refuse_limited(const Route& route, const Call& call,
                                             const Rights& rights) {
  switch (route.scope) {
    case Scope::kEverything:
      return role_required(
          str_cat("this is of all projects, and your rights are of some (", to_text(rights), ")"));
    case Scope::kProject: {
      const auto project = project_in(call.query);
      if (!project || project->empty()) {
        return http::error_response(
            403, "project_required",
            str_cat("say which project, as project=NAME: one of yours (", to_text(rights), ")"));
      }
      if (is_enough(rights.in(*project), route.access)) return std::nullopt;
      return role_required(
          str_cat("it takes more than your role in this project (", to_text(rights), ")"));
    }
    case Scope::kItem:
    case Scope::kOwn:
      if (is_enough(rights.highest(), route.access)) return std::nullopt;
      return role_required(str_cat("it takes more than your roles (", to_text(rights), ")"));
  }
  return role_required("there is no such scope");
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
  if (user.rights.is_limited()) return refuse_limited(route, call, user.rights);
  if (is_enough(user.rights.role, route.access)) return std::nullopt;
  return role_required(str_cat("your role is ", to_text(user.rights.role), ", and it takes more"));
}

bool may(const Call& call, Access access, std::string_view project) {
  return call.session && is_enough(call.session->user.rights.in(project), access);
}

}  // namespace penstock::console
