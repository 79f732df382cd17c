// Signing in and out, and one's own password.
#include <utility>

#include <unistd.h>

#include "base/log.h"
#include "base/text.h"
#include "console/api/answers.h"
#include "console/api/endpoints.h"
#include "console/api/host_rules.h"
#include "console/api/password_rules.h"
#include "console/api/session_cookie.h"
#include "json/writer.h"

namespace penstock::console {

namespace {

bool is_secure(const Services& services) {
  return HostRules(services.settings.public_url).is_secure();
}

http::Response session_answer(const Session& session) {
  std::string body;
  json::Writer writer(body);
  writer.begin_object();
  writer.member("csrf_token", session.csrf_token);
  writer.member("expires_at", session.expires_at_ms);
  writer.key("user").begin_object();
  writer.member("email", session.user.email);
  writer.member("role", to_text(session.user.role));
  writer.member("must_change_password", session.user.must_change_password);
  writer.end_object().end_object();
  return json_answer(std::move(body));
}

http::Response new_session_answer(const Session& session, const Services& services) {
  http::Response response = session_answer(session);
  response.headers.emplace_back(
      "Set-Cookie",
      set_session_cookie(session.token, services.settings.session_hours, is_secure(services)));
  return response;
}

http::Response too_many_tries(std::int64_t wait_s) {
  auto response =
      http::error_response(429, "too_many_tries", str_cat("try again in ", wait_s, " seconds"));
  response.headers.emplace_back("Retry-After", std::to_string(wait_s));
  return response;
}

}  // namespace

http::Response post_session(Call& call, Services& services) {
  std::string email;
  std::string password;
  http::Response refusal;
  if (!read_texts(call.body, {{"email", &email}, {"password", &password}}, refusal)) return refusal;
  if (const auto wait_s = services.limiter.admit(email, call.client); wait_s > 0) {
    return too_many_tries(wait_s);
  }
  auto session = services.accounts->sign_in(email, password, services.settings.session_hours);
  if (!session) return failure_answer(session.error());
  if (!*session) {
    log_info("session", "sign-in refused", {{"client", call.client}});
    return http::error_response(401, "wrong_credentials",
                                "the e-mail address or password is wrong");
  }
  services.limiter.succeeded(email, call.client);
  log_info("session", "signed in", {{"user", (*session)->user.email}, {"client", call.client}});
  return new_session_answer(**session, services);
}

http::Response get_session(Call& call, Services&) { return session_answer(*call.session); }

http::Response delete_session(Call& call, Services& services) {
  if (auto ended = services.accounts->sign_out(call.session->token); !ended) {
    return failure_answer(ended.error());
  }
  http::Response response = no_content();
  response.headers.emplace_back("Set-Cookie", clear_session_cookie(is_secure(services)));
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
  if (const auto wait_s = services.limiter.admit(email, call.client); wait_s > 0) {
    return too_many_tries(wait_s);
  }
  auto is_right = services.accounts->is_password(email, old);
  if (!is_right) return failure_answer(is_right.error());
  if (!*is_right) {
    return http::error_response(403, "wrong_password", "the old password is wrong");
  }
  services.limiter.succeeded(email, call.client);
  if (auto changed = services.accounts->set_password(email, wanted); !changed) {
    return failure_answer(changed.error());
  }
  log_info("session", "password changed", {{"user", email}, {"client", call.client}});
  // The first password is of no use any more, and a secret on disk less.
  if (email == kFirstAdministrator) ::unlink(services.settings.password_file.c_str());

  auto session = services.accounts->sign_in(email, wanted, services.settings.session_hours);
  if (!session) return failure_answer(session.error());
  if (!*session) return http::error_response(401, "no_session", "sign in again");
  return new_session_answer(**session, services);
}

}  // namespace penstock::console
