#include "adapter/umami/umami.h"

#include <string>
#include <string_view>

#include "adapter/contract/answers.h"
#include "adapter/contract/item_reader.h"
#include "adapter/contract/request_key.h"
#include "base/text.h"
#include "json/writer.h"

namespace penstock::adapter {
namespace {

constexpr std::string_view kName = "umami";

constexpr Rule kRules[] = {
    {"type", Place::kType},
    {"payload", Place::kSpread},
    {"payload.name", Place::kName},
    {"payload.url", Place::kUrl},
    {"payload.referrer", Place::kReferrer},
    {"payload.hostname", Place::kSeen},
    {"payload.id", Place::kUserId},
    {"payload.timestamp", Place::kTime},
    {"payload.ip", Place::kIp},
    {"payload.userAgent", Place::kUserAgent},
    {"payload.website", Place::kSeen},
    {"payload.data", Place::kSpread},
};

constexpr std::string_view kSendPath = "/api/send";
constexpr std::string_view kCorsHeadersOfScript = "X-Umami-Cache, X-Umami-Website-Id";
constexpr Route kRoutes[] = {
    {.method = http::Method::kPost, .pattern = kSendPath, .cors_headers = kCorsHeadersOfScript},
    {.method = http::Method::kPost, .pattern = "/api/batch", .cors_headers = kCorsHeadersOfScript},
};

// A page by its path is on the host that stands beside it.
void complete_url(Item& item) {
  const std::string_view path = item.text(Place::kUrl);
  const std::string_view host = item.text_at("payload.hostname");
  if (host.empty() || !path.starts_with('/') || path.starts_with("//")) return;
  item.set_made(Place::kUrl, str_cat("https://", host, path));
}

std::string_view prepare(Item& item) {
  const std::string_view type = item.text(Place::kType);
  if (!item.has("payload")) return "has no payload";
  if (type == "identify") item.set_kind("identify");
  if (type == "performance") item.set_kind("metric");
  // What is no event has no name of its own.
  if (item.text(Place::kName).empty() && !type.empty() && type != "event") {
    item.set(Place::kName, type);
  }
  complete_url(item);
  take_key_of_site(item, "payload.website");
  return {};
}

constexpr ItemShape kShape{.rules = kRules, .prepare = prepare};

// No session is kept in the script: visits are told from the events.
constexpr std::string_view kSent = R"({"cache":"","sessionId":"","visitId":""})";

std::string batch_answer(const ReadOutcome& outcome) {
  const std::uint64_t errors = outcome.rejected.size() + outcome.rejected_unlisted;
  std::string body;
  json::Writer writer(body);
  writer.begin_object().member("size", outcome.accepted + errors);
  writer.member("processed", outcome.accepted).member("errors", errors);
  writer.key("details").begin_array();
  for (const Rejected& rejected : outcome.rejected) {
    writer.begin_object().member("index", rejected.index);
    writer.key("response").begin_object().member("error", rejected.error).end_object();
    writer.end_object();
  }
  writer.end_array().member("cache", "").end_object();
  return json_answer(body);
}

ReadOutcome read(const Asked& asked, const Context& context) {
  ItemReader reader(kShape, kName, context);
  reader.read_document(asked.body);
  ReadOutcome outcome = reader.outcome();
  if (outcome.status >= 400) {
    // What is no event is a bad request there.
    if (outcome.status == 422) outcome.status = 400;
  } else if (kRoutes[asked.route].pattern != kSendPath) {
    outcome.own_answer = batch_answer(outcome);
  }
  return outcome;
}

Answer success(std::uint32_t, std::string& scratch) {
  scratch = json_answer(kSent);
  return {200, scratch};
}

http::Response refusal_answer(std::uint16_t status, std::string_view error,
                              std::string_view detail) {
  http::Response response;
  response.status = status;
  json::Writer writer(response.body);
  writer.begin_object().key("error").begin_object().member("message", detail);
  writer.member("code", error).member("status", status).end_object().end_object();
  return response;
}

constexpr Guide kGuide{
    .title = "Umami",
    .clients = "`@umami/node` 0.4.0",
    .setting =
        "Node: `new umami.Client({websiteId, hostUrl: 'ORIGIN'})`. Script: "
        "`data-host-url=\"ORIGIN\"`. "
        "A project's key stands as the website's id; without one events go to the project "
        "`default`.",
    .left_out =
        "The ids of sessions and visits in the answer are empty: visits are told from the events.",
    .rules = kRules};

}  // namespace

const Protocol kUmamiProtocol{.name = kName,
                              .routes = kRoutes,
                              .key_place = KeyPlace::kBody,
                              .read = read,
                              .success = success,
                              .refusal = refusal_answer,
                              .guide = kGuide};

}  // namespace penstock::adapter
