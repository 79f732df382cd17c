#include "adapter/sentry/sentry.h"

#include <string>
#include <string_view>

#include "adapter/contract/answers.h"
#include "adapter/contract/item_reader.h"
#include "adapter/contract/request_key.h"
#include "adapter/errors/browser_report.h"
#include "adapter/sentry/envelope.h"
#include "adapter/sentry/items.h"
#include "adapter/sentry/store_body.h"
#include "base/bytes.h"
#include "base/text.h"
#include "json/writer.h"

namespace penstock::adapter {
namespace {

constexpr std::string_view kName = "sentry";
constexpr std::string_view kCors = "X-Sentry-Auth, sentry-trace, baggage";

enum RouteIndex : std::uint8_t { kEnvelope, kStore, kStoreByGet, kOldStore, kSecurity };
constexpr Route kRoutes[] = {
    {.method = http::Method::kPost, .pattern = "/api/{}/envelope", .cors_headers = kCors},
    {.method = http::Method::kPost, .pattern = "/api/{}/store", .cors_headers = kCors},
    {.method = http::Method::kGet, .pattern = "/api/{}/store", .cors_headers = kCors},
    {.method = http::Method::kPost, .pattern = "/api/store", .cors_headers = kCors},
    {.method = http::Method::kPost, .pattern = "/api/{}/security", .cors_headers = kCors},
};

// "Sentry sentry_version=7, sentry_key=K", its parts in any order; "" where there is none.
std::string_view auth_value(std::string_view header, std::string_view name) {
  constexpr std::string_view kScheme = "Sentry ";
  if (header.size() < kScheme.size()) return {};
  if (!equals_ignoring_case(header.substr(0, kScheme.size()), kScheme)) return {};
  header = header.substr(kScheme.size());
  while (!header.empty()) {
    const std::size_t comma = header.find(',');
    const std::string_view part = trim(header.substr(0, comma));
    const std::size_t equals = part.find('=');
    if (equals != std::string_view::npos && trim(part.substr(0, equals)) == name) {
      return trim(part.substr(equals + 1));
    }
    header = comma == std::string_view::npos ? std::string_view() : header.substr(comma + 1);
  }
  return {};
}

std::string_view auth_part(const http::Request& request, std::string_view name) {
  for (const std::string_view header : {"X-Sentry-Auth", "Authorization"}) {
    const std::string_view value = auth_value(request.header(header), name);
    if (!value.empty()) return value;
  }
  return {};
}

std::string_view own_key(const http::Request& request, std::string& scratch) {
  if (const std::string_view key = auth_part(request, "sentry_key"); !key.empty()) return key;
  return query_value(request, "sentry_key", scratch);
}

std::string id_answer(std::string_view event_id) {
  std::string body;
  json::Writer writer(body);
  writer.begin_object();
  if (!event_id.empty()) writer.member("id", without_dashes(event_id));
  writer.end_object();
  return json_answer(body);
}

ReadOutcome read_envelope(const Asked& asked, const Context& context) {
  Envelope envelope(asked.body, context.workspace.reader);
  const auto header = envelope.header();
  if (!header) return refusal(400, "invalid_envelope", "the first line is no JSON object");
  std::string scratch;
  if (!header->key.empty() && own_key(asked.request, scratch).empty()) {
    static_cast<void>(context.open_project(header->key));  // Where it is refused, so is all.
  }
  ItemReader reader(kSentryShape, kName, context);
  if (!header->sent_at.empty()) reader.common().set(Place::kSentAt, header->sent_at);
  SentryItems items(reader, context);
  EnvelopeItem item;
  for (;;) {
    const Envelope::Next next = envelope.next(item);
    if (next == Envelope::Next::kEnd) break;
    if (next == Envelope::Next::kBroken) {
      reader.begin();
      reader.reject(400, "invalid_envelope", "its headers are broken, or it is cut short");
      break;
    }
    if (!items.take(item, header->event_id)) break;
  }
  ReadOutcome outcome = reader.outcome();
  if (!outcome.error.empty()) return outcome;
  outcome.own_answer = id_answer(header->event_id.empty() ? items.event_id() : header->event_id);
  return outcome;
}

ReadOutcome read_store(const Asked& asked, const Context& context) {
  std::string from_query;
  std::string_view body = asked.body;
  const bool is_get = asked.route == kStoreByGet;
  if (is_get) {
    static_cast<void>(query_value(asked.request, "sentry_data", from_query));
    reserve_padding(from_query);
    body = from_query;
  }
  std::string scratch;
  EnvelopeItem item;
  item.payload = unpacked_store(body, scratch);
  if (item.payload.empty()) {
    return refusal(400, "invalid_json", "the body is neither JSON nor base64 of zlib");
  }
  item.type = "event";
  ItemReader reader(kSentryShape, kName, context);
  const std::string_view sent_at = auth_part(asked.request, "sentry_timestamp");
  if (!sent_at.empty()) reader.common().set(Place::kSentAt, sent_at);
  SentryItems items(reader, context);
  static_cast<void>(items.take(item, {}));
  ReadOutcome outcome = reader.outcome();
  if (!outcome.error.empty()) return outcome;
  outcome.own_answer = is_get ? std::string(pixel_answer()) : id_answer(items.event_id());
  return outcome;
}

ReadOutcome read_security(const Asked& asked, const Context& context) {
  ItemReader reader(kBrowserReportShape, kName, context);
  reader.read_document(asked.body);
  return reader.outcome();
}

ReadOutcome read(const Asked& asked, const Context& context) {
  switch (asked.route) {
    case kEnvelope:
      return read_envelope(asked, context);
    case kSecurity:
      return read_security(asked, context);
    default:
      return read_store(asked, context);
  }
}

Answer success(std::uint32_t, std::string& scratch) {
  scratch = json_answer("{}");
  return {200, scratch};
}

// A client that is told of its quota without these categories is silent for a minute.
http::Response refuse(std::uint16_t status, std::string_view error, std::string_view detail) {
  http::Response response;
  response.status = status;
  json::Writer writer(response.body);
  writer.begin_object().member("detail", detail.empty() ? error : detail);
  writer.key("causes").begin_array().value(error).end_array().end_object();
  response.headers.emplace_back("X-Sentry-Error", error);
  if (status == 429) response.headers.emplace_back("X-Sentry-Rate-Limits", "60::organization");
  return response;
}

constexpr Guide kGuide{
    .title = "Sentry",
    .clients =
        "`@sentry/node` and `@sentry/browser` 11.12.0, sentry-python 1.9.10, sentry-ruby 5.3.0, "
        "sentry-raven 3.1.2",
    .setting =
        "`dsn`: the ORIGIN with the project's key before the host and a number behind it, "
        "`https://KEY@HOST/42`. The number tells nothing here, the key the project.",
    .left_out =
        "Profiles, replays and other items that are no events: answered and not stored. "
        "Attachments over 64 KiB: only their description is stored. Minidumps: 404.",
    .rules = kSentryRules};

}  // namespace

const Protocol kSentryProtocol{.name = kName,
                               .routes = kRoutes,
                               .key_place = KeyPlace::kBody,
                               .own_key = own_key,
                               .read = read,
                               .success = success,
                               .refusal = refuse,
                               .guide = kGuide};

}  // namespace penstock::adapter
