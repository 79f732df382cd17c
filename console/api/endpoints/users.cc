// Users: who they are, what they may do, and their going. They come by invitation or by `penstock
// user add`; an administrator may make one here too, with a first password.
#include <utility>

#include "base/log.h"
#include "base/text.h"
#include "console/api/auth/password_rules.h"
#include "console/api/auth/rights_json.h"
#include "console/api/endpoints/endpoints.h"
#include "console/api/endpoints/rights_body.h"
#include "console/api/request/answers.h"
#include "console/api/request/body_reader.h"
#include "console/api/request/record.h"
#include "json/writer.h"

namespace penstock::console {

namespace {

http::Response no_such_user() {
  return http::error_response(404, "not_found", "there is no such user");
}

void write_user(json::Writer& writer, const User& user) {
  writer.begin_object().member("id", user.id).member("email", user.email);
  writer.member("role", to_text(user.rights.role)).key("projects");
  write_projects(writer, user.rights);
  writer.member("must_change_password", user.must_change_password);
  writer.member("created_at", user.created_at_ms);
  writer.member_or_null("last_sign_in_at", user.last_login_ms).end_object();
}

http::Response user_answer(const User& user) {
  std::string body;
  json::Writer writer(body);
  write_user(writer, user);
  return json_answer(std::move(body));
}

// What the accounts refuse is about those that there are: the last administrator, a taken address.
http::Response refusal_of(const Error& error) {
  if (error.code != ErrorCode::kRejected) return failure_answer(error);
  return http::error_response(409, "refused", error.step);
}

http::Response get_users(Call&, Services& services) {
  const auto users = services.accounts->list();
  if (!users) return failure_answer(users.error());
  std::string body;
  json::Writer writer(body);
  writer.begin_object().key("users").begin_array();
  for (const User& user : *users) write_user(writer, user);
  writer.end_array().end_object();
  return json_answer(std::move(body));
}

http::Response post_user(Call& call, Services& services) {
  BodyReader body(call.body);
  const std::string email = body.text("email");
  const std::string password = body.text("password");
  if (auto refusal = body.refusal()) return *refusal;
  const auto address = normal_email(email);
  if (!address) return bad_parameter("email", "this is no e-mail address");
  http::Response refusal;
  const auto rights = read_rights(call.body, refusal);
  if (!rights) return refusal;
  if (const char* fault = password_fault(password, *address)) {
    return http::error_response(422, "bad_password", fault);
  }
  const auto user = services.accounts->add(*address, *rights, password, true);
  if (!user) return refusal_of(user.error());
  log_info("users", "added", {{"user", user->email}, {"by", actor_of(call)}});
  record(call, services, "user.add", user->email, str_cat("as ", to_text(*rights)));
  return user_answer(*user);
}

// Nullopt, with `refusal` set, where the route's segment names nobody.
std::optional<User> find_named(const Call& call, Services& services, http::Response& refusal) {
  const auto id = parse_int(call.segment);
  auto user = services.accounts->find(id.value_or(0));
  if (!user) {
    refusal = failure_answer(user.error());
    return std::nullopt;
  }
  if (!*user) refusal = no_such_user();
  return std::move(*user);
}

http::Response patch_user(Call& call, Services& services) {
  http::Response refusal;
  const auto rights = read_rights(call.body, refusal);
  if (!rights) return refusal;
  auto user = find_named(call, services, refusal);
  if (!user) return refusal;
  if (const auto changed = services.accounts->set_rights(user->id, *rights); !changed) {
    return refusal_of(changed.error());
  }
  if (user->rights != *rights) {
    const std::string what = str_cat(to_text(user->rights), " to ", to_text(*rights));
    log_info("users", "role changed",
             {{"user", user->email}, {"role", what}, {"by", actor_of(call)}});
    record(call, services, "user.role", user->email, what);
  }
  user->rights = *rights;
  return user_answer(*user);
}

http::Response delete_user(Call& call, Services& services) {
  http::Response refusal;
  const auto user = find_named(call, services, refusal);
  if (!user) return refusal;
  if (const auto removed = services.accounts->remove(user->email); !removed) {
    return refusal_of(removed.error());
  }
  log_info("users", "removed", {{"user", user->email}, {"by", actor_of(call)}});
  record(call, services, "user.remove", user->email, str_cat("was ", to_text(user->rights)));
  return no_content();
}

constexpr const char* kNewUser = R"({"type":"object","required":["email","password"],
  "properties":{"email":{"type":"string"},
    "role":{"$ref":"#/components/schemas/Role"},
    "projects":{"$ref":"#/components/schemas/ProjectRoles"},
    "password":{"type":"string","minLength":12,"maxLength":128,
      "description":"To be changed at the first sign-in"}}})";
constexpr const char* kRightsChange = R"({"type":"object",
  "description":"A role everywhere, or one in each of some projects","properties":{
    "role":{"$ref":"#/components/schemas/Role"},
    "projects":{"$ref":"#/components/schemas/ProjectRoles"}}})";
constexpr const char* kUser = R"({"$ref":"#/components/schemas/User"})";
constexpr const char* kUsers = R"({"title":"Users","type":"object","properties":{
  "users":{"type":"array","items":{"$ref":"#/components/schemas/User"}}}})";

using enum http::Method;

constexpr Route kRoutes[] = {
    {.method = kGet,
     .path = "/api/v1/users",
     .access = Access::kAdmin,
     .endpoint = get_users,
     .summary = "Users by e-mail address",
     .answer_schema = kUsers},
    {.method = kPost,
     .path = "/api/v1/users",
     .access = Access::kAdmin,
     .endpoint = post_user,
     .lane = Lane::kKnownDevice,
     .needs_session = true,
     .summary = "Make a user, whose password has to be changed",
     .body_schema = kNewUser,
     .answer_schema = kUser},
    {.method = kPatch,
     .path = "/api/v1/users/{}",
     .access = Access::kAdmin,
     .endpoint = patch_user,
     .needs_session = true,
     .summary = "Change what a user may do; less than before ends his sessions",
     .body_schema = kRightsChange,
     .answer_schema = kUser},
    {.method = kDelete,
     .path = "/api/v1/users/{}",
     .access = Access::kAdmin,
     .endpoint = delete_user,
     .needs_session = true,
     .summary = "Remove a user with sessions, tokens and private views"},
};

}  // namespace

std::span<const Route> users_routes() { return kRoutes; }

}  // namespace penstock::console
