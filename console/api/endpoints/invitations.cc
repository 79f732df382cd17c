// Invitations by link: an administrator makes one, and whoever has it becomes a user.
#include <utility>

#include "base/log.h"
#include "base/text.h"
#include "console/api/auth/password_rules.h"
#include "console/api/auth/rights_json.h"
#include "console/api/endpoints/endpoints.h"
#include "console/api/endpoints/new_session.h"
#include "console/api/endpoints/rights_body.h"
#include "console/api/request/answers.h"
#include "console/api/request/body_reader.h"
#include "console/api/request/record.h"
#include "json/writer.h"

namespace penstock::console {

namespace {

// Behind the '#', which browsers keep to themselves: the token reaches no log and no Referer.
constexpr std::string_view kLink = "/invitation#";

// The account of whoever tries tokens, for the brake on guessing.
constexpr std::string_view kNobody = "invitation";

http::Response no_such_invitation() {
  return http::error_response(404, "no_invitation",
                              "the link was used, taken back or is older than 7 days");
}

void write_invitation(json::Writer& writer, const Invitation& one) {
  writer.begin_object().member("id", one.id).member("email", one.email);
  writer.member("role", to_text(one.rights.role)).key("projects");
  write_projects(writer, one.rights);
  writer.member("invited_by", one.invited_by);
  writer.member("created_at", one.created_at_ms).member("expires_at", one.expires_at_ms);
  writer.end_object();
}

http::Response get_invitations(Call&, Services& services) {
  const auto all = services.invitations->list();
  if (!all) return failure_answer(all.error());
  std::string body;
  json::Writer writer(body);
  writer.begin_object().key("invitations").begin_array();
  for (const Invitation& one : *all) write_invitation(writer, one);
  writer.end_array().end_object();
  return json_answer(std::move(body));
}

http::Response post_invitation(Call& call, Services& services) {
  BodyReader body(call.body);
  const std::string email = body.text("email");
  if (auto refusal = body.refusal()) return *refusal;
  if (!normal_email(email)) return bad_parameter("email", "this is no e-mail address");
  http::Response refusal;
  const auto rights = read_rights(call.body, refusal);
  if (!rights) return refusal;
  const auto made = services.invitations->make(email, *rights, actor_of(call));
  if (!made) {
    if (made.error().code != ErrorCode::kRejected) return failure_answer(made.error());
    return http::error_response(409, "refused", made.error().step);
  }
  log_info("users", "invited", {{"user", made->invitation.email}, {"by", actor_of(call)}});
  record(call, services, "user.invite", made->invitation.email, str_cat("as ", to_text(*rights)));
  std::string text;
  json::Writer writer(text);
  writer.begin_object().member("path", str_cat(kLink, made->token)).key("invitation");
  write_invitation(writer, made->invitation);
  writer.end_object();
  return json_answer(std::move(text));
}

http::Response delete_invitation(Call& call, Services& services) {
  const auto id = parse_int(call.segment);
  const auto removed = services.invitations->remove(id.value_or(0));
  if (!removed) return failure_answer(removed.error());
  if (!*removed) return http::error_response(404, "not_found", "there is no such invitation");
  log_info("users", "invitation taken back", {{"user", (*removed)->email}, {"by", actor_of(call)}});
  record(call, services, "user.uninvite", (*removed)->email);
  return no_content();
}

http::Response post_invitation_read(Call& call, Services& services) {
  BodyReader body(call.body);
  const std::string token = body.text("token");
  if (auto refusal = body.refusal()) return *refusal;
  const SignInTry one = try_of(kNobody, call, services);
  if (const auto wait_s = services.limiter.admit(one); wait_s > 0) return too_many_tries(wait_s);
  const auto found = services.invitations->find(token);
  if (!found) return failure_answer(found.error());
  if (!*found) return no_such_invitation();
  services.limiter.succeeded(one);
  std::string text;
  json::Writer writer(text);
  writer.begin_object().member("email", (*found)->email);
  writer.member("role", to_text((*found)->rights.role)).key("projects");
  write_projects(writer, (*found)->rights);
  writer.member("invited_by", (*found)->invited_by);
  writer.member("expires_at", (*found)->expires_at_ms).end_object();
  return json_answer(std::move(text));
}

http::Response post_invitation_accept(Call& call, Services& services) {
  BodyReader body(call.body);
  const std::string token = body.text("token");
  const std::string password = body.text("password");
  if (auto refusal = body.refusal()) return *refusal;
  const SignInTry one = try_of(kNobody, call, services);
  if (const auto wait_s = services.limiter.admit(one); wait_s > 0) return too_many_tries(wait_s);
  const auto invitation = services.invitations->find(token);
  if (!invitation) return failure_answer(invitation.error());
  if (!*invitation) return no_such_invitation();
  services.limiter.succeeded(one);
  if (const char* fault = password_fault(password, (*invitation)->email)) {
    return http::error_response(422, "bad_password", fault);
  }
  const auto user = services.invitations->accept(token, password);
  if (!user) {
    if (user.error().code != ErrorCode::kRejected) return failure_answer(user.error());
    return http::error_response(409, "refused", user.error().step);
  }
  if (!*user) return no_such_invitation();
  const std::string& email = (*user)->email;
  log_info("users", "invitation accepted", {{"user", email}, {"client", call.client}});
  record_as(email, services, "user.accept", email,
            str_cat("as ", to_text((*user)->rights), ", from ", call.client));
  auto session = services.accounts->sessions().start(**user, sign_in_of(call, services));
  if (!session) return failure_answer(session.error());
  return new_session_answer(*session, call, services);
}

constexpr const char* kNewInvitation = R"({"type":"object","required":["email"],
  "description":"A role everywhere, or one in each of some projects","properties":{
    "email":{"type":"string"},"role":{"$ref":"#/components/schemas/Role"},
    "projects":{"$ref":"#/components/schemas/ProjectRoles"}}})";
constexpr const char* kTokenOnly = R"({"type":"object","required":["token"],
  "properties":{"token":{"type":"string","description":"What stands behind the link's #"}}})";
constexpr const char* kAcceptance = R"({"type":"object","required":["token","password"],
  "properties":{"token":{"type":"string"},
    "password":{"type":"string","minLength":12,"maxLength":128}}})";
constexpr const char* kInvitations = R"({"title":"Invitations","type":"object","properties":{
  "invitations":{"type":"array","items":{"$ref":"#/components/schemas/Invitation"}}}})";
constexpr const char* kMade = R"({"$ref":"#/components/schemas/MadeInvitation"})";
constexpr const char* kOpen = R"({"$ref":"#/components/schemas/OpenInvitation"})";

using enum http::Method;

constexpr Route kRoutes[] = {
    {.method = kGet,
     .path = "/api/v1/invitations",
     .access = Access::kAdmin,
     .endpoint = get_invitations,
     .summary = "Invitations that wait",
     .answer_schema = kInvitations},
    {.method = kPost,
     .path = "/api/v1/invitations",
     .access = Access::kAdmin,
     .endpoint = post_invitation,
     .needs_session = true,
     .summary = "Invite somebody: a link that is good for 7 days and once",
     .body_schema = kNewInvitation,
     .answer_schema = kMade},
    {.method = kDelete,
     .path = "/api/v1/invitations/{}",
     .access = Access::kAdmin,
     .endpoint = delete_invitation,
     .needs_session = true,
     .summary = "Take an invitation back"},
    {.method = kPost,
     .path = "/api/v1/invitations/read",
     .access = Access::kAnyone,
     .endpoint = post_invitation_read,
     .summary = "Who is invited by a link",
     .body_schema = kTokenOnly,
     .answer_schema = kOpen},
    {.method = kPost,
     .path = "/api/v1/invitations/accept",
     .access = Access::kAnyone,
     .endpoint = post_invitation_accept,
     .lane = Lane::kPassword,
     .summary = "Become a user by a link, and sign in",
     .body_schema = kAcceptance,
     .answer_schema = kSessionSchema},
};

}  // namespace

std::span<const Route> invitations_routes() { return kRoutes; }

}  // namespace penstock::console
