#include "adapter/raygun/raygun.h"

#include <string>
#include <string_view>

#include "adapter/contract/answers.h"
#include "adapter/contract/item_reader.h"
#include "adapter/contract/request_key.h"
#include "adapter/errors/error_reader.h"
#include "base/text.h"
#include "crypto/digest.h"
#include "event/kind.h"
#include "event/limits.h"

namespace penstock::adapter {
namespace {

constexpr std::string_view kName = "raygun";

constexpr Rule kRules[] = {
    {"occurredOn", Place::kTime},
    {"OccurredOn", Place::kTime},
    {"details.request.headers.Referer", Place::kReferrer},
    {"details.request.headers.referer", Place::kReferrer},
    {"Details.Request.Headers.Referer", Place::kReferrer},
    {"details.request.ipAddress", Place::kIp},
    {"details.request.iPAddress", Place::kIp},
    {"Details.Request.IPAddress", Place::kIp},
    {"Details.Request.IpAddress", Place::kIp},
    {"details.request.headers.user-agent", Place::kUserAgent},
    {"details.request.headers.User-Agent", Place::kUserAgent},
    {"Details.Request.Headers.User-Agent", Place::kUserAgent},
    {"details.user.identifier", Place::kUserId},
    {"Details.User.Identifier", Place::kUserId},
};

constexpr Pick kPicks[] = {
    {"details.error", Part::kError},
    {"details.error.className", Part::kClass},
    {"details.error.message", Part::kMessage},
    {"details.error.innerError", Part::kInnerError},
    {"details.error.innerErrors", Part::kInnerError},
    {"details.error.stackTrace", Part::kFrame},
    {"details.error.stackTrace.fileName", Part::kFile},
    {"details.error.stackTrace.methodName", Part::kFunction},
    {"details.error.stackTrace.lineNumber", Part::kLine},
    {"details.groupingKey", Part::kFingerprint},
    {"details.version", Part::kRelease},
    {"details.breadcrumbs", Part::kBreadcrumbs},
    {"details.user", Part::kUser},
};
constexpr ErrorShape kErrors{.picks = kPicks, .ignores_case = true};

// What an entry says of its page and its user in more than one member.
struct Page {
  std::string_view host;
  std::string_view url;
  std::string query;
  bool is_anonymous = false;
};

Result<void> append_pair(std::string_view name, json::Value& value, std::string& query) {
  if (value.kind() != json::Kind::kString && value.kind() != json::Kind::kNumber) return {};
  const auto text = value.kind() == json::Kind::kString ? value.string() : value.raw(1);
  if (!text) return fail(text.error());
  query += str_cat(query.empty() ? "?" : "&", name, "=", *text);
  return {};
}

Result<void> read_request(std::string_view key, json::Value& value, Page& page) {
  if (value.kind() == json::Kind::kObject) {
    if (!equals_ignoring_case(key, "queryString")) return {};
    return value.members([&](std::string_view name, json::Value& part) {
      return append_pair(name, part, page.query);
    });
  }
  if (value.kind() != json::Kind::kString) return {};
  const auto text = value.string();
  if (!text) return fail(text.error());
  if (equals_ignoring_case(key, "hostName")) page.host = *text;
  if (equals_ignoring_case(key, "url")) page.url = *text;
  return {};
}

Result<void> read_user(std::string_view key, json::Value& value, Page& page) {
  if (!equals_ignoring_case(key, "isAnonymous") || value.kind() != json::Kind::kBool) return {};
  const auto truth = value.boolean();
  if (!truth) return fail(truth.error());
  page.is_anonymous = *truth;
  return {};
}

Result<void> read_page(json::Value& entry, Page& page) {
  return entry.members([&](std::string_view key, json::Value& details) -> Result<void> {
    if (!equals_ignoring_case(key, "details") || details.kind() != json::Kind::kObject) return {};
    return details.members([&](std::string_view name, json::Value& part) -> Result<void> {
      if (part.kind() != json::Kind::kObject) return {};
      const bool is_request = equals_ignoring_case(name, "request");
      if (!is_request && !equals_ignoring_case(name, "user")) return {};
      return part.members([&](std::string_view member, json::Value& value) {
        return is_request ? read_request(member, value, page) : read_user(member, value, page);
      });
    });
  });
}

std::string url_of(const Page& page) {
  const bool is_whole = page.url.find("://") != std::string_view::npos;
  const bool has_query = page.url.find('?') != std::string_view::npos;
  if (page.url.empty()) return {};
  return str_cat(is_whole ? "" : page.host, page.url,
                 has_query ? std::string_view() : std::string_view(page.query));
}

Result<void> take_entry(json::Value& value, Item& item, const Context& context) {
  Page page;
  PENSTOCK_TRY(read_page(value, page));
  value.rewind();
  // It has no id, but what is sent again is the same to its last byte, the time included.
  std::string id;
  if (const auto entry = value.raw(event::kPropertiesDepthMax)) {
    const crypto::Digest digest = crypto::digest_of_content(*entry);
    append_hex(id, {reinterpret_cast<const char*>(digest.data()), digest.size()});
  }
  value.rewind();
  if (const auto taken = take_error_of<kErrors>(value, item, context); !taken) return taken;
  Workspace& workspace = context.workspace;
  workspace.text = id + url_of(page);
  const std::string_view texts = workspace.text;
  // Without a time, another of the same is no second delivery.
  if (!item.text(Place::kTime).empty()) item.set(Place::kId, texts.substr(0, id.size()));
  item.set(Place::kUrl, texts.substr(id.size()));
  if (page.is_anonymous) {
    item.set(Place::kAnonymousId, item.text(Place::kUserId));
    item.set(Place::kUserId, {});
  }
  return {};
}

constexpr ItemShape kEntryShape{.rules = kRules, .take = take_entry};

constexpr Rule kEventRules[] = {
    {"timestamp", Place::kTime},
    {"sessionId", Place::kSessionId},
    {"user.Identifier", Place::kUserId},
    {"user.identifier", Place::kUserId},
    {"type", Place::kType},
};

std::string_view prepare_event(Item& item) {
  const std::string_view type = item.text(Place::kType);
  if (type.empty()) return "has no type";
  item.set(Place::kName, type);
  const bool is_timing = type.find("timing") != std::string_view::npos;
  item.set_kind(is_timing ? std::string_view("metric") : event::kEventKind);
  return {};
}

constexpr ItemShape kEventShape{
    .rules = kEventRules, .list = "eventData", .common = {}, .prepare = prepare_event};

constexpr std::string_view kCors = "X-ApiKey, X-Remote-Address";
enum RouteIndex : std::uint8_t { kEntry, kBulk, kEvents };
constexpr Route kRoutes[] = {
    {.method = http::Method::kPost, .pattern = "/entries", .cors_headers = kCors},
    {.method = http::Method::kPost, .pattern = "/entries/bulk", .cors_headers = kCors},
    {.method = http::Method::kPost, .pattern = "/events", .cors_headers = kCors},
};

std::string_view own_key(const http::Request& request, std::string& scratch) {
  if (const std::string_view key = request.header("X-ApiKey"); !key.empty()) return key;
  return query_value(request, "apikey", scratch);
}

ReadOutcome read(const Asked& asked, const Context& context) {
  ItemReader reader(asked.route == kEvents ? kEventShape : kEntryShape, kName, context);
  reader.read_document(asked.body);
  return reader.outcome(202);
}

Answer success(std::uint32_t, std::string&) { return {202, kEmptyAnswer}; }

constexpr Guide kGuide{
    .title = "Raygun",
    .clients = "`raygun` 2.2.8, `raygun4js` 3.1.4",
    .setting =
        "Node: `host`, `port` and `useSSL`. Browser: `rg4js('options', {apiEndpoint: 'ORIGIN'})`. "
        "The API key is a key of the project.",
    .left_out = "Source maps and deployments: 404.",
    .rules = kRules};

}  // namespace

const Protocol kRaygunProtocol{.name = kName,
                               .routes = kRoutes,
                               .own_key = own_key,
                               .read = read,
                               .success = success,
                               .guide = kGuide};

}  // namespace penstock::adapter
