#include "adapter/posthog/posthog.h"

#include <optional>
#include <string>
#include <string_view>

#include "adapter/contract/answers.h"
#include "adapter/contract/data_field.h"
#include "adapter/contract/item_reader.h"
#include "adapter/posthog/amplitude.h"
#include "adapter/posthog/exception.h"
#include "base/text.h"
#include "event/kind.h"
#include "http/body_decoder.h"
#include "http/coding_format.h"
#include "http/target.h"
#include "json/writer.h"

namespace penstock::adapter {
namespace {

constexpr std::string_view kName = "posthog";
constexpr std::string_view kBatchPath = "/batch";
constexpr std::string_view kNewPath = "/i/v1/analytics/events";
// Of what a parameter holds as gzip, which the intake has not undone.
constexpr std::size_t kInflatedBytesMax = 8 << 20;

// A library that says no `timestamp` says `offset`, the event's age.
constexpr Rule kRules[] = {
    {"uuid", Place::kId},
    {"event", Place::kName},
    {"distinct_id", Place::kUserId},
    {"timestamp", Place::kTime},
    {"offset", Place::kAge},
    {"api_key", Place::kKey},
    {"token", Place::kKey},
    {"sent_at", Place::kSentAt},
    {"sentAt", Place::kSentAt},
    {"properties", Place::kSpread},
    {"properties.$insert_id", Place::kId},
    {"properties.distinct_id", Place::kUserId},
    {"properties.$device_id", Place::kAnonymousId},
    {"properties.$session_id", Place::kSessionId},
    {"properties.$current_url", Place::kUrl},
    {"properties.$referrer", Place::kReferrer},
    {"properties.$ip", Place::kIp},
    {"properties.$raw_user_agent", Place::kUserAgent},
    {"properties.token", Place::kKey},
    {"properties.api_key", Place::kKey},
};

constexpr Rule kCommonRules[] = {
    {"api_key", Place::kKey},        {"token", Place::kKey},
    {"sent_at", Place::kSentAt},     {"sentAt", Place::kSentAt},
    {"created_at", Place::kDropped}, {"historical_migration", Place::kDropped},
};

constexpr Route kRoutes[] = {
    {http::Method::kPost, kBatchPath},
    {http::Method::kPost, "/e"},
    {http::Method::kGet, "/e"},
    {http::Method::kPost, "/i/v0/e"},
    {http::Method::kGet, "/i/v0/e"},
    {http::Method::kPost, "/capture"},
    {http::Method::kGet, "/capture"},
    {.method = http::Method::kPost,
     .pattern = kNewPath,
     .cors_headers = "PostHog-Sdk-Info, PostHog-Attempt, PostHog-Request-Id, "
                     "PostHog-Request-Timestamp"},
    {.method = http::Method::kPost, .pattern = "/flags", .has_events = false},
    {.method = http::Method::kPost, .pattern = "/decide", .has_events = false},
    {.method = http::Method::kGet, .pattern = "/array/{}/config", .has_events = false},
    {.method = http::Method::kGet, .pattern = "/array/{}/config.js", .has_events = false},
};

// No flag is on. `flags` is for new libraries, the others for old ones.
constexpr std::string_view kNoFlags =
    R"({"flags":{},"featureFlags":{},"featureFlagPayloads":{},"errorsWhileComputingFlags":false,)"
    R"("sessionRecording":false,"supportedCompression":["gzip","gzip-js"],"siteApps":[]})";
constexpr std::string_view kConfig =
    R"({"hasFeatureFlags":false,"supportedCompression":["gzip","gzip-js"],)"
    R"("sessionRecording":false,"surveys":false,"siteApps":[]})";

constexpr std::string_view kSuccess = R"({"status":1})";

std::string_view kind_of(std::string_view name) {
  if (name == "$pageview" || name == "$screen") return event::kPageKind;
  if (name == "$identify" || name == "$create_alias" || name == "$set") return "identify";
  if (name == "$groupidentify") return "group";
  return name == kPosthogException ? "error" : event::kEventKind;
}

std::string_view prepare(Item& item) {
  if (item.text(Place::kName).empty()) return "has no event";
  item.set_kind(kind_of(item.text_at("event")));
  // A device that no user is known of goes as its own user.
  const std::string_view user = item.text(Place::kUserId);
  if (user == item.text(Place::kAnonymousId) || user == "$posthog_cookieless") {
    item.set(Place::kUserId, "");
  }
  if (item.text(Place::kReferrer) == "$direct") item.set(Place::kReferrer, "");
  return {};
}

// The Node library keeps `sent_at` over its tries, which take it some ten seconds.
constexpr std::int64_t kTriesMs = 60'000;

constexpr ItemShape kShape{.rules = kRules,
                           .list = "batch",
                           .common = kCommonRules,
                           .prepare = prepare,
                           .skew_ignored_ms = kTriesMs,
                           .take = take_posthog_event};

// Whether the body's first list of events is Amplitude's.
bool is_amplitude(json::Reader& reader, std::string_view body) {
  bool has_events = false;
  const Error seen{ErrorCode::kRejected, 0, "read items: seen"};
  const auto read = reader.read(body, [&](json::Value& root) -> Result<void> {
    if (root.kind() != json::Kind::kObject) return fail(seen);
    return root.members([&](std::string_view key, json::Value& value) -> Result<void> {
      if (value.kind() != json::Kind::kArray) return {};
      has_events = key == "events";
      return has_events || key == "batch" ? Result<void>(fail(seen)) : Result<void>();
    });
  });
  static_cast<void>(read);  // What is no JSON is refused when it is read for its events.
  return has_events;
}

// The body where it is JSON; else what a form, a query or the body itself holds as base64.
std::optional<std::string_view> text_of(const Asked& asked, std::string& out) {
  if (begins_like_json(asked.body)) return asked.body;
  std::string_view raw = asked.body;
  if (const auto in_form = http::raw_query_value(asked.body, "data")) {
    raw = *in_form;
  } else if (const auto in_query = http::raw_query_value(asked.request.query, "data")) {
    raw = *in_query;
  }
  if (!decode_data_field(raw, out)) return std::nullopt;
  if (out.starts_with(http::kGzipMagic)) {
    std::string inflated;
    http::BodyDecoder decoder;
    if (!decoder.decode(http::Encoding::kGzip, out, kInflatedBytesMax, inflated)) {
      return std::nullopt;
    }
    out.swap(inflated);
  }
  make_readable(out);
  return out;
}

// {"results":{UUID:{"result":"ok"}}}, which the libraries of the new path look their events up in.
std::string results_of(std::string_view text, const ReadOutcome& outcome, json::Reader& reader) {
  std::string body;
  json::Writer writer(body);
  writer.begin_object().key("results").begin_object();
  std::uint32_t index = 0;
  auto rejected = outcome.rejected.begin();
  const auto add = [&](json::Value& item) -> Result<void> {
    const bool is_rejected = rejected != outcome.rejected.end() && rejected->index == index;
    if (is_rejected) ++rejected;
    ++index;
    if (item.kind() != json::Kind::kObject) return {};
    return item.members([&](std::string_view key, json::Value& value) -> Result<void> {
      if (key != "uuid" || value.kind() != json::Kind::kString) return {};
      const auto uuid = value.string();
      if (!uuid) return fail(uuid.error());
      writer.key(*uuid).begin_object().member("result", is_rejected ? "drop" : "ok").end_object();
      return {};
    });
  };
  const auto read = reader.read(text, [&](json::Value& root) -> Result<void> {
    if (root.kind() == json::Kind::kArray) return root.elements(add);
    if (root.kind() != json::Kind::kObject) return {};
    return root.members([&](std::string_view key, json::Value& value) -> Result<void> {
      if (key != "batch" || value.kind() != json::Kind::kArray) return {};
      return value.elements(add);
    });
  });
  static_cast<void>(read);  // It was read before.
  writer.end_object().end_object();
  return json_answer(body);
}

// The name of a page's key is a member of the script, so no other characters may stand in it.
bool is_plain_key(std::string_view key) {
  return key.find_first_not_of(
             "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-") ==
         std::string_view::npos;
}

std::string config_script(std::string_view path) {
  constexpr std::string_view kBefore = "/array/";
  const std::size_t begin = path.find(kBefore) + kBefore.size();
  const std::string_view key = path.substr(begin, path.find('/', begin) - begin);
  std::string script;
  if (is_plain_key(key)) {
    script =
        str_cat("(function(){var c=window._POSTHOG_REMOTE_CONFIG=window._POSTHOG_REMOTE_CONFIG",
                "||{};c[\"", key, "\"]={config:", kConfig, ",siteApps:[]}})();");
  }
  return str_cat("Content-Type: text/javascript; charset=utf-8\r\nContent-Length: ", script.size(),
                 "\r\n\r\n", script);
}

ReadOutcome answer_asked(const Asked& asked) {
  ReadOutcome outcome;
  outcome.status = 200;
  const Route& route = kRoutes[asked.route];
  if (route.method == http::Method::kPost) {
    outcome.own_answer = json_answer(kNoFlags);
  } else {
    outcome.own_answer =
        route.pattern.ends_with(".js") ? config_script(asked.request.path) : json_answer(kConfig);
  }
  return outcome;
}

ReadOutcome read(const Asked& asked, const Context& context) {
  const Route& route = kRoutes[asked.route];
  if (!route.has_events) return answer_asked(asked);
  Workspace& workspace = context.workspace;
  const auto text = text_of(asked, workspace.text);
  if (!text) return refusal(400, "invalid_data", "the data is neither JSON nor base64 of it");
  if (route.pattern == kBatchPath && is_amplitude(workspace.reader, *text)) {
    return read_amplitude(*text, context);
  }
  ItemReader reader(kShape, kName, context);
  // The new path's libraries say in a header when they send, anew with each try.
  if (route.pattern == kNewPath) {
    reader.common().set(Place::kSentAt, asked.request.header("PostHog-Request-Timestamp"));
  }
  reader.read_document(*text);
  ReadOutcome outcome = reader.outcome();
  if (outcome.status < 400 && route.pattern == kNewPath) {
    outcome.own_answer = results_of(*text, outcome, workspace.reader);
  }
  return outcome;
}

Answer success(std::uint32_t, std::string& scratch) {
  scratch = json_answer(kSuccess);
  return {200, scratch};
}

constexpr Guide kGuide{
    .title = "PostHog",
    .clients = "`posthog-node` 5.70.0 (both modes of capture), `posthog-js` 1.449.2",
    .setting =
        "Node: `new PostHog(KEY, {host: 'ORIGIN'})`. Browser: `posthog.init(KEY, {api_host: "
        "'ORIGIN'})`. The project's API key is a key of the project.",
    .left_out =
        "Feature flags, surveys, session replay and the toolbar: the answers say that none is on, "
        "and `/static/…` and `/s` are 404. `compression=lz64` of old scripts is refused with 400. "
        "Source maps: the frames of an `$exception` stay as they were sent.",
    .rules = kRules};

}  // namespace

// Amplitude's libraries are answered at /batch, too.
const Protocol kPosthogProtocol{.name = kName,
                                .routes = kRoutes,
                                .key_place = KeyPlace::kBody,
                                .read = read,
                                .success = success,
                                .refusal = refuse_amplitude,
                                .guide = kGuide};

}  // namespace penstock::adapter
