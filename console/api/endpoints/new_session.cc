#include "console/api/endpoints/new_session.h"

#include <utility>

#include "base/text.h"
#include "console/api/auth/rights_json.h"
#include "console/api/auth/session_cookie.h"
#include "console/api/request/answers.h"
#include "json/writer.h"

namespace penstock::console {

namespace {

// The one that the browser has, or a new one.
std::string device_of(std::string_view email, const Call& call, const Services& services) {
  return services.devices.is_of(call.device, email) ? call.device : services.devices.make(email);
}

}  // namespace

SignInTry try_of(std::string_view email, const Call& call, const Services& services) {
  const bool is_known = services.devices.is_of(call.device, email);
  return {email, call.client, is_known ? std::string_view(call.device) : std::string_view()};
}

http::Response too_many_tries(std::int64_t wait_s) {
  auto response =
      http::error_response(429, "too_many_tries", str_cat("try again in ", wait_s, " seconds"));
  response.headers.emplace_back("Retry-After", std::to_string(wait_s));
  return response;
}

SignIn sign_in_of(const Call& call, const Services& services) {
  return {
      .hours = services.settings.session_hours, .address = call.client, .browser = call.browser};
}

http::Response session_answer(const Session& session) {
  std::string body;
  json::Writer writer(body);
  writer.begin_object();
  writer.member("csrf_token", session.csrf_token);
  writer.member("expires_at", session.expires_at_ms);
  writer.key("user").begin_object();
  writer.member("email", session.user.email);
  writer.member("role", to_text(session.user.rights.role)).key("projects");
  write_projects(writer, session.user.rights);
  writer.member("must_change_password", session.user.must_change_password);
  writer.end_object().end_object();
  return json_answer(std::move(body));
}

http::Response new_session_answer(const Session& session, const Call& call,
                                  const Services& services) {
  http::Response response = session_answer(session);
  response.headers.emplace_back(
      "Set-Cookie", set_session_cookie(session.token, device_of(session.user.email, call, services),
                                       services.settings.session_hours, call.cookies));
  return response;
}

void keep_device(http::Response& response, const Call& call, const Services& services) {
  response.headers.emplace_back(
      "Set-Cookie",
      set_device_cookie(device_of(call.session->user.email, call, services), call.cookies));
}

}  // namespace penstock::console
