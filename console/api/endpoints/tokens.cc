// API tokens: made for one's programs, shown once, taken back. Administrators see and take back
// everybody's.
#include <utility>

#include "base/log.h"
#include "base/text.h"
#include "console/api/endpoints/endpoints.h"
#include "console/api/request/answers.h"
#include "console/api/request/body_reader.h"
#include "console/api/request/record.h"
#include "json/writer.h"

namespace penstock::console {

namespace {

struct Expiry {
  std::string_view text;
  std::int64_t days;
};
// Who makes a token has to choose.
constexpr Expiry kExpiries[] = {{"30d", 30}, {"90d", 90}, {"1y", 365}, {"never", 0}};

std::optional<std::int64_t> days_of(std::string_view text) {
  for (const Expiry& one : kExpiries) {
    if (one.text == text) return one.days;
  }
  return std::nullopt;
}

std::optional<std::int64_t> whose(const Call& call) {
  const User& user = call.session->user;
  return user.rights.role == Role::kAdmin ? std::nullopt : std::optional(user.id);
}

void write_token(json::Writer& writer, const ApiToken& token) {
  writer.begin_object().member("id", token.id).member("name", token.name);
  writer.member("email", token.email).member("role", to_text(token.role));
  writer.member("created_at", token.created_at_ms);
  writer.member_or_null("expires_at", token.expires_at_ms);
  writer.member_or_null("last_used_at", token.last_used_at_ms);
  writer.end_object();
}

http::Response get_tokens(Call& call, Services& services) {
  const auto tokens = services.tokens->list(whose(call));
  if (!tokens) return failure_answer(tokens.error());
  std::string body;
  json::Writer writer(body);
  writer.begin_object().key("tokens").begin_array();
  for (const ApiToken& token : *tokens) write_token(writer, token);
  writer.end_array().end_object();
  return json_answer(std::move(body));
}

http::Response post_token(Call& call, Services& services) {
  BodyReader body(call.body);
  const std::string name = body.text("name");
  const std::string role_text = body.text("role");
  const std::string expiry = body.text("expires_in");
  if (auto refusal = body.refusal()) return *refusal;
  const auto role = role_of(role_text);
  if (!role) return bad_parameter("role", "viewer, editor or admin");
  const auto days = days_of(expiry);
  if (!days) return bad_parameter("expires_in", "30d, 90d, 1y or never");

  const auto made = services.tokens->make(call.session->user, trim(name), *role, *days);
  if (!made) return failure_answer(made.error());
  log_info("tokens", "made", {{"id", made->token.id}, {"by", actor_of(call)}});
  record(call, services, "token.add", made->token.name,
         str_cat(to_text(*role), ", ", expiry == "never" ? "never expires" : expiry));
  std::string text;
  json::Writer writer(text);
  writer.begin_object().member("secret", made->secret).key("token");
  write_token(writer, made->token);
  writer.end_object();
  return json_answer(std::move(text));
}

http::Response delete_token(Call& call, Services& services) {
  const auto id = parse_int(call.segment);
  const auto removed = services.tokens->remove(id.value_or(0), whose(call));
  if (!removed) return failure_answer(removed.error());
  if (!*removed) return http::error_response(404, "not_found", "there is no such token");
  log_info("tokens", "removed", {{"id", (*removed)->id}, {"by", actor_of(call)}});
  record(call, services, "token.remove", (*removed)->name, str_cat("of ", (*removed)->email));
  return no_content();
}

constexpr const char* kNewToken = R"({"type":"object","required":["name","role","expires_in"],
  "properties":{"name":{"type":"string","minLength":1,"maxLength":80},
    "role":{"$ref":"#/components/schemas/Role"},
    "expires_in":{"type":"string","enum":["30d","90d","1y","never"]}}})";
constexpr const char* kTokens = R"({"title":"Tokens","type":"object","properties":{
  "tokens":{"type":"array","items":{"$ref":"#/components/schemas/Token"}}}})";
constexpr const char* kMadeToken = R"({"$ref":"#/components/schemas/MadeToken"})";

using enum http::Method;

constexpr Route kRoutes[] = {
    {.method = kGet,
     .path = "/api/v1/tokens",
     .access = Access::kViewer,
     .endpoint = get_tokens,
     .scope = Scope::kOwn,
     .summary = "One's own API tokens; an administrator's answer has everybody's",
     .answer_schema = kTokens},
    {.method = kPost,
     .path = "/api/v1/tokens",
     .access = Access::kViewer,
     .endpoint = post_token,
     .needs_session = true,
     .scope = Scope::kOwn,
     .summary = "Make an API token of at most one's own role",
     .body_schema = kNewToken,
     .answer_schema = kMadeToken},
    {.method = kDelete,
     .path = "/api/v1/tokens/{}",
     .access = Access::kViewer,
     .endpoint = delete_token,
     .needs_session = true,
     .scope = Scope::kOwn,
     .summary = "Take an API token back"},
};

}  // namespace

std::span<const Route> tokens_routes() { return kRoutes; }

}  // namespace penstock::console
