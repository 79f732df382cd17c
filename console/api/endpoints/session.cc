// Signing in and out, and one's own password.
#include <utility>

#include <unistd.h>

#include "base/log.h"
#include "base/text.h"
#include "console/api/auth/password_rules.h"
#include "console/api/auth/session_cookie.h"
#include "console/api/endpoints/endpoints.h"
#include "console/api/endpoints/new_session.h"
#include "console/api/request/answers.h"
#include "console/api/request/record.h"

namespace penstock::console {

namespace {

http::Response post_session(Call& call, Services& services) {
  std::string email;
  std::string password;
  http::Response refusal;
  if (!read_texts(call.body, {{"email", &email}, {"password", &password}}, refusal)) return refusal;
  const SignInTry one = try_of(email, call, services);
  if (const auto wait_s = services.limiter.admit(one); wait_s > 0) {
    return too_many_tries(wait_s);
  }
  auto session = services.accounts->sign_in(email, password, sign_in_of(call, services));
  if (!session) return failure_answer(session.error());
  if (!*session) {
    log_info("session", "sign-in refused", {{"client", call.client}});
    record_refused(call, services, email);
    return http::error_response(401, "wrong_credentials",
                                "the e-mail address or password is wrong");
  }
  services.limiter.succeeded(one);
  log_info("session", "signed in", {{"user", (*session)->user.email}, {"client", call.client}});
  const std::string& who = (*session)->user.email;
  record_as(who, services, "session.start", who, str_cat("from ", call.client));
  return new_session_answer(**session, call, services);
}

http::Response get_session(Call& call, Services& services) {
  http::Response response = session_answer(*call.session);
  keep_device(response, call, services);
  return response;
}

http::Response delete_session(Call& call, Services& services) {
  if (auto ended = services.accounts->sign_out(call.session->token); !ended) {
    return failure_answer(ended.error());
  }
  record(call, services, "session.end", call.session->user.email, str_cat("from ", call.client));
  http::Response response = no_content();
  response.headers.emplace_back("Set-Cookie", clear_session_cookie(call.cookies));
  keep_device(response, call, services);
  return response;
}

// Ends all the user's sessions, this one too, and answers with a new one.
http::Response post_session_password(Call& call, Services& services) {
  std::string old;
  std::string wanted;
  http::Response refusal;
  if (!read_texts(call.body, {{"old_password", &old}, {"new_password", &wanted}}, refusal)) {
    return refusal;
  }
  const std::string& email = call.session->user.email;
  if (const char* fault = password_fault(wanted, email)) {
    return http::error_response(422, "bad_password", fault);
  }
  if (wanted == old) {
    return http::error_response(422, "bad_password", "the new password is the old one");
  }
  // A session that someone left open must not be a way to guess the password at full speed.
  const SignInTry one = try_of(email, call, services);
  if (const auto wait_s = services.limiter.admit(one); wait_s > 0) {
    return too_many_tries(wait_s);
  }
  auto is_right = services.accounts->is_password(email, old);
  if (!is_right) return failure_answer(is_right.error());
  if (!*is_right) {
    return http::error_response(403, "wrong_password", "the old password is wrong");
  }
  services.limiter.succeeded(one);
  if (auto changed = services.accounts->set_password(email, wanted); !changed) {
    return failure_answer(changed.error());
  }
  log_info("session", "password changed", {{"user", email}, {"client", call.client}});
  record(call, services, "password.change", email, str_cat("from ", call.client));
  // The first password is of no use any more, and a secret on disk less.
  if (email == kFirstAdministrator) ::unlink(services.settings.password_file.c_str());

  auto session = services.accounts->sign_in(email, wanted, sign_in_of(call, services));
  if (!session) return failure_answer(session.error());
  if (!*session) return http::error_response(401, "no_session", "sign in again");
  return new_session_answer(**session, call, services);
}

constexpr const char* kCredentials = R"({"type":"object","required":["email","password"],
  "properties":{"email":{"type":"string"},"password":{"type":"string"}}})";
constexpr const char* kPasswordChange = R"({"type":"object",
  "required":["old_password","new_password"],
  "properties":{"old_password":{"type":"string"},
    "new_password":{"type":"string","minLength":12,"maxLength":128}}})";
using enum http::Method;

constexpr Route kRoutes[] = {
    {.method = kPost,
     .path = "/api/v1/session",
     .access = Access::kAnyone,
     .endpoint = post_session,
     .lane = Lane::kPassword,
     .summary = "Sign in",
     .body_schema = kCredentials,
     .answer_schema = kSessionSchema},
    {.method = kGet,
     .path = "/api/v1/session",
     .access = Access::kSignedIn,
     .endpoint = get_session,
     .summary = "Who is signed in",
     .answer_schema = kSessionSchema},
    {.method = kDelete,
     .path = "/api/v1/session",
     .access = Access::kSignedIn,
     .endpoint = delete_session,
     .summary = "Sign out"},
    {.method = kPost,
     .path = "/api/v1/session/password",
     .access = Access::kSignedIn,
     .endpoint = post_session_password,
     .lane = Lane::kKnownDevice,
     .summary = "Change one's own password; ends all one's sessions and starts a new one",
     .body_schema = kPasswordChange,
     .answer_schema = kSessionSchema},
};

}  // namespace

std::span<const Route> session_routes() { return kRoutes; }

}  // namespace penstock::console
