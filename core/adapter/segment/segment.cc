#include "adapter/segment/segment.h"

#include <string_view>

#include "adapter/contract/answers.h"
#include "adapter/contract/item_reader.h"
#include "adapter/contract/request_key.h"
#include "base/text.h"
#include "event/kind.h"
#include "json/writer.h"

namespace penstock::adapter {
namespace {

constexpr std::string_view kName = "segment";

// `timestamp` is when it happened by the client's clock, `sentAt` when it was sent by the same.
constexpr Rule kRules[] = {
    {"messageId", Place::kId},
    {"type", Place::kType},
    {"event", Place::kName},
    {"name", Place::kName},
    {"context.page.url", Place::kUrl},
    {"context.page.referrer", Place::kReferrer},
    {"properties", Place::kSpread},
    {"properties.url", Place::kSeen},
    {"properties.referrer", Place::kSeen},
    {"userId", Place::kUserId},
    {"anonymousId", Place::kAnonymousId},
    {"context.sessionId", Place::kSessionId},
    {"context.ip", Place::kIp},
    {"context.userAgent", Place::kUserAgent},
    {"timestamp", Place::kTime},
    {"originalTimestamp", Place::kTime},
    {"sentAt", Place::kSentAt},
    {"writeKey", Place::kKey},
};

constexpr Rule kCommonRules[] = {
    {"context.page.url", Place::kUrl}, {"context.page.referrer", Place::kReferrer},
    {"context.ip", Place::kIp},        {"context.userAgent", Place::kUserAgent},
    {"sentAt", Place::kSentAt},        {"writeKey", Place::kKey},
};

struct Call {
  std::string_view path;    // Of its route.
  std::string_view letter;  // Of the browser's route.
  std::string_view type;
  std::string_view kind;
};
constexpr Call kCalls[] = {
    {"/v1/track", "/v1/t", "track", event::kEventKind},
    {"/v1/page", "/v1/p", "page", event::kPageKind},
    {"/v1/screen", "/v1/s", "screen", event::kPageKind},
    {"/v1/identify", "/v1/i", "identify", "identify"},
    {"/v1/group", "/v1/g", "group", "group"},
    {"/v1/alias", "/v1/a", "alias", "identify"},
};

constexpr Route kRoutes[] = {
    {http::Method::kPost, "/v1/track"},
    {http::Method::kPost, "/v1/t"},
    {http::Method::kPost, "/v1/page"},
    {http::Method::kPost, "/v1/p"},
    {http::Method::kPost, "/v1/screen"},
    {http::Method::kPost, "/v1/s"},
    {http::Method::kPost, "/v1/identify"},
    {http::Method::kPost, "/v1/i"},
    {http::Method::kPost, "/v1/group"},
    {http::Method::kPost, "/v1/g"},
    {http::Method::kPost, "/v1/alias"},
    {http::Method::kPost, "/v1/a"},
    {http::Method::kPost, "/v1/batch"},
    {http::Method::kPost, "/v1/b"},
    {http::Method::kPost, "/v1/import"},
    // The script's counts of its own calls.
    {.method = http::Method::kPost, .pattern = "/v1/m", .has_events = false},
    {.method = http::Method::kGet, .pattern = "/v1/projects/{}/settings", .has_events = false},
};

const Call* call_of_type(std::string_view type) {
  for (const Call& call : kCalls) {
    if (call.type == type) return &call;
  }
  return nullptr;
}

const Call* call_of_route(std::string_view pattern) {
  for (const Call& call : kCalls) {
    if (call.path == pattern || call.letter == pattern) return &call;
  }
  return nullptr;
}

std::string_view prepare(Item& item) {
  const std::string_view type = item.text(Place::kType);
  const Call* call = call_of_type(type);
  if (call == nullptr) {
    if (item.text(Place::kName).empty() && type.empty()) return "has neither a type nor an event";
    // A type that is not known is still an event.
    if (item.text(Place::kName).empty()) item.set(Place::kName, type);
    return {};
  }
  item.set_kind(call->kind);
  if (item.text(Place::kName).empty()) item.set(Place::kName, call->type);
  if (call->kind != event::kPageKind) return {};
  // A page tells of itself in its properties, as the browser's script writes them.
  if (item.text(Place::kUrl).empty()) item.set(Place::kUrl, item.text_at("properties.url"));
  if (item.text(Place::kReferrer).empty()) {
    item.set(Place::kReferrer, item.text_at("properties.referrer"));
  }
  return {};
}

constexpr ItemShape kShape{
    .rules = kRules, .list = "batch", .common = kCommonRules, .prepare = prepare};

// Where the script sends its events, and under which key: to where it asked.
std::string settings_answer(const http::Request& request) {
  constexpr std::string_view kProjects = "/projects/";
  const std::size_t at = request.path.find(kProjects);
  const std::string_view rest = request.path.substr(at + kProjects.size());
  std::string body;
  json::Writer writer(body);
  writer.begin_object().key("integrations").begin_object().key("Segment.io").begin_object();
  writer.member("apiKey", rest.substr(0, rest.find('/')));
  writer.member("apiHost", str_cat(request.header("Host"), request.path.substr(0, at)));
  writer.end_object().end_object().end_object();
  return json_answer(body);
}

std::string success_text() { return json_answer(R"({"success":true})"); }

ReadOutcome read(const Asked& asked, const Context& context) {
  const Route& route = kRoutes[asked.route];
  if (!route.has_events) {
    ReadOutcome outcome;
    outcome.status = 200;
    outcome.own_answer =
        route.method == http::Method::kGet ? settings_answer(asked.request) : success_text();
    return outcome;
  }
  ItemReader reader(kShape, kName, context);
  if (const Call* call = call_of_route(route.pattern)) {
    reader.common().set(Place::kType, call->type);
  }
  reader.read_document(asked.body);
  return reader.outcome();
}

Answer success(std::uint32_t, std::string& scratch) {
  scratch = success_text();
  return {200, scratch};
}

constexpr Guide kGuide{
    .title = "Segment and RudderStack",
    .clients =
        "`@segment/analytics-node` 3.1.0, `@segment/analytics-next` 1.84.3, "
        "`@rudderstack/rudder-sdk-node` 3.0.13",
    .setting =
        "Node: `host: 'ORIGIN', path: '/v1/batch'`. Browser: `cdnURL: 'ORIGIN'` and "
        "`integrations: {'Segment.io': {apiHost: 'HOST/v1', protocol: 'https'}}`. RudderStack: "
        "`dataPlaneUrl: 'ORIGIN'`. The write key is a key of the project.",
    .left_out =
        "Destinations and plugins that the settings file would switch on: it names none. "
        "`/v1/m`, the script's counts of itself, is answered and not stored.",
    .rules = kRules};

}  // namespace

const ItemShape kSegmentCalls = kShape;

const Protocol kSegmentProtocol{.name = kName,
                                .routes = kRoutes,
                                .key_place = KeyPlace::kBody,
                                .own_key = basic_user,
                                .read = read,
                                .success = success,
                                .guide = kGuide};

}  // namespace penstock::adapter
