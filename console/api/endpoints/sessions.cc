// Sessions as people see them: where one is signed in, and ending what one no longer wants.
// Administrators see and end everybody's. One's own sign-in and out is session.cc.
#include <utility>

#include "base/log.h"
#include "base/text.h"
#include "console/api/endpoints/endpoints.h"
#include "console/api/request/answers.h"
#include "console/api/request/record.h"
#include "json/writer.h"

namespace penstock::console {

namespace {

std::optional<std::int64_t> whose(const Call& call) {
  const User& user = call.session->user;
  return user.rights.role == Role::kAdmin ? std::nullopt : std::optional(user.id);
}

void write_session(json::Writer& writer, const SeenSession& session, bool is_current) {
  writer.begin_object().member("id", session.id).member("email", session.email);
  writer.member("started_at", session.started_at_ms).member("seen_at", session.seen_at_ms);
  writer.member("expires_at", session.expires_at_ms).member("address", session.address);
  writer.member("browser", session.browser).member("is_current", is_current).end_object();
}

http::Response get_sessions(Call& call, Services& services) {
  const auto sessions = services.accounts->sessions().list(whose(call));
  if (!sessions) return failure_answer(sessions.error());
  const std::string current = Sessions::id_of(call.session->token);
  std::string body;
  json::Writer writer(body);
  writer.begin_object().key("sessions").begin_array();
  for (const SeenSession& session : *sessions) {
    write_session(writer, session, session.id == current);
  }
  writer.end_array().end_object();
  return json_answer(std::move(body));
}

http::Response delete_one_session(Call& call, Services& services) {
  Sessions& sessions = services.accounts->sessions();
  const auto all = sessions.list(whose(call));
  if (!all) return failure_answer(all.error());
  std::string email;
  for (const SeenSession& session : *all) {
    if (session.id == call.segment) email = session.email;
  }
  const auto ended = sessions.end_by_id(call.segment, whose(call));
  if (!ended) return failure_answer(ended.error());
  if (!*ended) return http::error_response(404, "not_found", "there is no such session");
  log_info("session", "ended", {{"user", email}, {"by", actor_of(call)}});
  record(call, services, "session.revoke", email, str_cat("session ", call.segment.substr(0, 8)));
  return no_content();
}

constexpr const char* kSessions = R"({"title":"Sessions","type":"object","properties":{
  "sessions":{"type":"array","items":{"title":"SeenSession","type":"object","properties":{
    "id":{"type":"string"},"email":{"type":"string"},
    "started_at":{"type":"integer","description":"Unix milliseconds"},
    "seen_at":{"type":"integer","description":"Unix milliseconds, to the minute"},
    "expires_at":{"type":"integer"},
    "address":{"type":"string","description":"Where it was started; of IPv6 the network"},
    "browser":{"type":"string","description":"Firefox on Linux; empty where unknown"},
    "is_current":{"type":"boolean","description":"The one that asks"}}}}}})";

using enum http::Method;

constexpr Route kRoutes[] = {
    {.method = kGet,
     .path = "/api/v1/sessions",
     .access = Access::kViewer,
     .endpoint = get_sessions,
     .scope = Scope::kOwn,
     .summary = "One's own sessions; an administrator's answer has everybody's",
     .answer_schema = kSessions},
    {.method = kDelete,
     .path = "/api/v1/sessions/{}",
     .access = Access::kViewer,
     .endpoint = delete_one_session,
     .needs_session = true,
     .scope = Scope::kOwn,
     .summary = "End one of them"},
};

}  // namespace

std::span<const Route> sessions_routes() { return kRoutes; }

}  // namespace penstock::console
