#include "adapter/posthog/amplitude.h"

#include <string>

#include "adapter/contract/answers.h"
#include "adapter/contract/item_reader.h"
#include "base/text.h"
#include "event/kind.h"
#include "json/writer.h"

namespace penstock::adapter {
namespace {

constexpr std::string_view kName = "amplitude";

// `ip` of a browser is "$remote", which is no address.
constexpr Rule kRules[] = {
    {"insert_id", Place::kId},
    {"event_type", Place::kName},
    {"user_id", Place::kUserId},
    {"device_id", Place::kAnonymousId},
    {"session_id", Place::kSessionId},
    {"time", Place::kTime},
    {"ip", Place::kIp},
    {"user_agent", Place::kUserAgent},
    {"event_properties", Place::kSpread},
    {"event_properties.[Amplitude] Page URL", Place::kUrl},
    {"event_properties.[Amplitude] Page Location", Place::kUrl},
    {"event_properties.referrer", Place::kReferrer},
    {"event_properties.[Amplitude] Previous Page Location", Place::kReferrer},
    {"api_key", Place::kKey},
    {"client_upload_time", Place::kSentAt},
};

// `options` and what the library tells of itself are no part of an event.
constexpr Rule kCommonRules[] = {
    {"api_key", Place::kKey},
    {"client_upload_time", Place::kSentAt},
    {"options", Place::kDropped},
    {"request_metadata", Place::kDropped},
};

constexpr Route kRoutes[] = {{http::Method::kPost, "/2/httpapi"}};

std::string_view prepare(Item& item) {
  const std::string_view name = item.text(Place::kName);
  if (name.empty()) return "has no event_type";
  if (name == "$identify") item.set_kind("identify");
  if (name == "$groupidentify") item.set_kind("group");
  if (name == "[Amplitude] Page Viewed") item.set_kind(event::kPageKind);
  // Of an event that belongs to no session.
  if (item.text(Place::kSessionId) == "-1") item.set(Place::kSessionId, "");
  return {};
}

constexpr ItemShape kShape{
    .rules = kRules, .list = "events", .common = kCommonRules, .prepare = prepare};

std::string success_text(std::uint32_t accepted, std::size_t bytes, std::int64_t now_ms) {
  std::string body;
  json::Writer writer(body);
  writer.begin_object().member("code", 200).member("events_ingested", accepted);
  writer.member("payload_size_bytes", bytes).member("server_upload_time", now_ms).end_object();
  return json_answer(body);
}

// Without a missing field the libraries send all of a refused batch again, for ever.
std::string refusal_text(std::uint16_t status, std::string_view detail) {
  std::string body;
  json::Writer writer(body);
  writer.begin_object().member("code", status);
  writer.member("error", status == 401 ? str_cat("Invalid API key: ", detail) : detail);
  if (status == 400) writer.member("missing_field", "events");
  if (status == 422) writer.member("missing_field", "event_type");
  writer.end_object();
  return body;
}

ReadOutcome read(const Asked& asked, const Context& context) {
  return read_amplitude(asked.body, context);
}

Answer success(std::uint32_t accepted, std::string& scratch) {
  scratch = success_text(accepted, 0, 0);
  return {200, scratch};
}

constexpr Guide kGuide{
    .title = "Amplitude",
    .clients = "`@amplitude/analytics-node` 1.5.73, `@amplitude/analytics-browser` 2.48.1",
    .setting =
        "`init(KEY, {serverUrl: 'ORIGIN/2/httpapi'})`, or `ORIGIN/batch` with `useBatch`; in the "
        "browser also `fetchRemoteConfig: false`. The API key is a key of the project.",
    .left_out =
        "The Identify, Group Identify and Attribution APIs of their own paths, session replay and "
        "the remote configuration: 404, after which the libraries go on. `/batch` is there where "
        "`posthog` is on.",
    .rules = kRules};

}  // namespace

ReadOutcome read_amplitude(std::string_view body, const Context& context) {
  ItemReader reader(kShape, kName, context);
  reader.read_document(body);
  ReadOutcome outcome = reader.outcome();
  if (outcome.status < 400) {
    outcome.own_answer = success_text(outcome.accepted, body.size(), context.origin.received_at_ms);
  } else {
    outcome.own_answer = json_answer(refusal_text(outcome.status, outcome.detail));
  }
  return outcome;
}

http::Response refuse_amplitude(std::uint16_t status, std::string_view, std::string_view detail) {
  http::Response response;
  response.status = status;
  response.body = refusal_text(status, detail);
  return response;
}

const Protocol kAmplitudeProtocol{.name = kName,
                                  .routes = kRoutes,
                                  .key_place = KeyPlace::kBody,
                                  .read = read,
                                  .success = success,
                                  .refusal = refuse_amplitude,
                                  .guide = kGuide};

}  // namespace penstock::adapter
