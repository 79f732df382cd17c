#include "adapter/rollbar/rollbar.h"

#include <string_view>

#include "adapter/contract/answers.h"
#include "adapter/contract/item_reader.h"
#include "adapter/contract/request_key.h"
#include "adapter/errors/error_reader.h"
#include "base/text.h"
#include "json/writer.h"

namespace penstock::adapter {
namespace {

constexpr std::string_view kName = "rollbar";

constexpr Rule kRules[] = {
    {"data.uuid", Place::kId},
    {"data.timestamp", Place::kTime},
    {"data.client.timestamp", Place::kTime},
    {"data.request.url", Place::kUrl},
    {"data.request.headers.Referer", Place::kReferrer},
    {"data.request.headers.referer", Place::kReferrer},
    {"data.request.user_ip", Place::kIp},
    {"data.request.headers.User-Agent", Place::kUserAgent},
    {"data.request.headers.user-agent", Place::kUserAgent},
    {"data.client.javascript.browser", Place::kUserAgent},
    {"data.person.id", Place::kUserId},
    {"access_token", Place::kKey},
};

constexpr Pick kPicks[] = {
    {"data.body.trace", Part::kError},
    {"data.body.trace.exception.class", Part::kClass},
    {"data.body.trace.exception.message", Part::kMessage},
    {"data.body.trace.exception.description", Part::kMessage},
    {"data.body.trace.frames", Part::kFrame},
    {"data.body.trace.frames.filename", Part::kFile},
    {"data.body.trace.frames.method", Part::kFunction},
    {"data.body.trace.frames.lineno", Part::kLine},
    {"data.body.trace_chain", Part::kError},
    {"data.body.trace_chain.exception.class", Part::kClass},
    {"data.body.trace_chain.exception.message", Part::kMessage},
    {"data.body.trace_chain.exception.description", Part::kMessage},
    {"data.body.trace_chain.frames", Part::kFrame},
    {"data.body.trace_chain.frames.filename", Part::kFile},
    {"data.body.trace_chain.frames.method", Part::kFunction},
    {"data.body.trace_chain.frames.lineno", Part::kLine},
    {"data.body.message.body", Part::kMessage},
    {"data.body.crash_report.raw", Part::kMessage},
    {"data.title", Part::kName},
    {"data.body.telemetry", Part::kBreadcrumbs},
    {"data.fingerprint", Part::kFingerprint},
    {"data.code_version", Part::kRelease},
    {"data.client.javascript.code_version", Part::kRelease},
    {"data.server.code_version", Part::kRelease},
    {"data.environment", Part::kEnvironment},
    {"data.level", Part::kLevel},
    {"data.notifier.diagnostic.is_uncaught", Part::kUnhandled},
    {"data.person", Part::kUser},
};
constexpr ErrorShape kErrors{.picks = kPicks, .is_innermost_frame_first = false};

// `{"key":"session_id","value":…}`, one of the attributes of a browser's item.
Result<void> read_attribute(json::Value& attribute, std::string_view& session) {
  if (attribute.kind() != json::Kind::kObject) return {};
  std::string_view key;
  std::string_view text;
  PENSTOCK_TRY(attribute.members([&](std::string_view name, json::Value& value) -> Result<void> {
    if (value.kind() != json::Kind::kString || (name != "key" && name != "value")) return {};
    const auto read = value.string();
    if (!read) return fail(read.error());
    (name == "key" ? key : text) = *read;
    return {};
  }));
  if (key == "session_id") session = text;
  return {};
}

Result<void> read_session(json::Value& root, std::string_view& session) {
  return root.members([&](std::string_view key, json::Value& data) -> Result<void> {
    if (key != "data" || data.kind() != json::Kind::kObject) return {};
    return data.members([&](std::string_view name, json::Value& attributes) -> Result<void> {
      if (name != "attributes" || attributes.kind() != json::Kind::kArray) return {};
      return attributes.elements(
          [&](json::Value& attribute) { return read_attribute(attribute, session); });
    });
  });
}

Result<void> take_item(json::Value& value, Item& item, const Context& context) {
  std::string_view session;
  PENSTOCK_TRY(read_session(value, session));
  value.rewind();
  PENSTOCK_TRY(take_error_of<kErrors>(value, item, context));
  if (!session.empty()) item.set(Place::kSessionId, session);
  return {};
}

constexpr ItemShape kShape{.rules = kRules, .take = take_item};

constexpr std::string_view kCors = "X-Rollbar-Access-Token, signal";
enum RouteIndex : std::uint8_t { kItem, kItems, kSession, kPing };
constexpr Route kRoutes[] = {
    {.method = http::Method::kPost, .pattern = "/api/1/item", .cors_headers = kCors},
    {.method = http::Method::kPost, .pattern = "/api/1/items", .cors_headers = kCors},
    {.method = http::Method::kPost,
     .pattern = "/api/1/session",
     .cors_headers = kCors,
     .has_events = false},
    {.method = http::Method::kGet, .pattern = "/api/1/status/ping", .has_events = false},
};

std::string_view own_key(const http::Request& request, std::string& scratch) {
  if (const std::string_view key = request.header("X-Rollbar-Access-Token"); !key.empty()) {
    return key;
  }
  return query_value(request, "access_token", scratch);
}

// The browser's client looks for these after each item. Chromium complains in the page's console of
// each that a page of another origin may not read, also where there is none.
constexpr std::string_view kExposed =
    "Access-Control-Expose-Headers: Rollbar-Replay-Enabled, Rollbar-Replay-RateLimit-Remaining, "
    "Rollbar-Replay-RateLimit-Reset\r\n";

// Clients read the body, and look for the id that they gave.
std::string answer(std::string_view uuid) {
  std::string body;
  json::Writer writer(body);
  writer.begin_object().member("err", 0).key("result").begin_object().key("id").null();
  if (!uuid.empty()) writer.member("uuid", uuid);
  writer.end_object().end_object();
  return str_cat(kExposed, json_answer(body));
}

ReadOutcome read(const Asked& asked, const Context& context) {
  if (!kRoutes[asked.route].has_events) {
    ReadOutcome outcome;
    outcome.status = 200;
    outcome.own_answer = asked.route == kPing ? text_answer("pong") : answer({});
    return outcome;
  }
  ItemReader reader(kShape, kName, context);
  reader.read_document(asked.body);
  ReadOutcome outcome = reader.outcome();
  if (outcome.status == 200) outcome.own_answer = answer(reader.item().text(Place::kId));
  return outcome;
}

Answer success(std::uint32_t, std::string& scratch) {
  scratch = answer({});
  return {200, scratch};
}

http::Response refuse(std::uint16_t status, std::string_view error, std::string_view detail) {
  http::Response response;
  response.status = status;
  json::Writer writer(response.body);
  writer.begin_object().member("err", 1).member("message", detail.empty() ? error : detail);
  writer.end_object();
  return response;
}

constexpr Guide kGuide{
    .title = "Rollbar",
    .clients = "`rollbar` 3.1.0, in Node and in the browser",
    .setting =
        "`endpoint: 'ORIGIN/api/1/item/'`, with its path; `accessToken` is a key of the project.",
    .left_out = "`/api/1/session`, spans of a page's loading: answered and not stored.",
    .rules = kRules};

}  // namespace

const Protocol kRollbarProtocol{.name = kName,
                                .routes = kRoutes,
                                .key_place = KeyPlace::kBody,
                                .own_key = own_key,
                                .read = read,
                                .success = success,
                                .refusal = refuse,
                                .guide = kGuide};

}  // namespace penstock::adapter
