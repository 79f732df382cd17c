#include "adapter/cloudevents/cloudevents.h"

#include <algorithm>
#include <string>
#include <string_view>

#include "adapter/cloudevents/binary_event.h"
#include "adapter/contract/answers.h"
#include "adapter/contract/item_reader.h"
#include "base/text.h"

namespace penstock::adapter {
namespace {

constexpr std::string_view kName = "cloudevents";

constexpr Rule kRules[] = {
    {"id", Place::kId},       {"source", Place::kSeen}, {"specversion", Place::kSeen},
    {"type", Place::kName},   {"time", Place::kTime},   {"subject", Place::kSeen},
    {"data", Place::kSpread},
};

constexpr std::string_view kCors =
    "ce-id, ce-source, ce-type, ce-specversion, ce-time, ce-subject, ce-dataschema";
enum RouteIndex : std::uint8_t { kEvents, kHandshake };
constexpr Route kRoutes[] = {
    {.method = http::Method::kPost, .pattern = "/cloudevents", .cors_headers = kCors},
    {.method = http::Method::kOptions, .pattern = "/cloudevents", .has_events = false},
};

bool is_url(std::string_view text) {
  for (const std::string_view scheme : {"https://", "http://"}) {
    if (text.size() > scheme.size() &&
        equals_ignoring_case(text.substr(0, scheme.size()), scheme)) {
      return true;
    }
  }
  return false;
}

std::string_view prepare(Item& item) {
  const std::string_view id = item.text_at("id");
  const std::string_view source = item.text_at("source");
  if (item.text_at("specversion").empty()) return "has no specversion";
  if (id.empty()) return "has no id";
  if (source.empty()) return "has no source";
  if (item.text_at("type").empty()) return "has no type";
  // No source, which is a URI reference, has a space: no two pairs are one text.
  item.set_made(Place::kId, str_cat(source, " ", id));
  if (const std::string_view subject = item.text_at("subject"); is_url(subject)) {
    item.set(Place::kUrl, subject);
  }
  return {};
}

constexpr ItemShape kShape{.rules = kRules, .prepare = prepare};

bool begins_with(std::string_view text, std::string_view prefix) {
  return text.size() >= prefix.size() &&
         equals_ignoring_case(text.substr(0, prefix.size()), prefix);
}

ReadOutcome read_binary(const Asked& asked, const Context& context) {
  ItemReader reader(kShape, kName, context);
  Item& item = reader.begin();
  if (const std::string_view problem = take_attributes(asked.request, item); !problem.empty()) {
    reader.reject(400, "invalid_header", std::string(problem));
    return reader.outcome();
  }
  take_data(asked.body, asked.content_type, item, context.workspace);
  reader.end();
  return reader.outcome(204);
}

// The receiver's consent to what a sender asks before its first event.
std::string handshake_answer(const http::Request& request) {
  // A host name has 253 bytes at most, a rate that means anything fewer digits.
  constexpr std::size_t kOriginBytesMax = 253;
  constexpr std::size_t kRateBytesMax = 10;
  const std::string_view origin = request.header("WebHook-Request-Origin");
  if (origin.empty()) return {};
  const bool is_plain =
      std::all_of(origin.begin(), origin.end(), [](char c) { return c > 0x20 && c < 0x7f; });
  std::string answer = str_cat("WebHook-Allowed-Origin: ",
                               is_plain && origin.size() <= kOriginBytesMax ? origin : "*", "\r\n");
  if (const std::string_view rate = request.header("WebHook-Request-Rate"); !rate.empty()) {
    const bool is_number = rate.size() <= kRateBytesMax && parse_int(rate).value_or(0) > 0;
    answer += str_cat("WebHook-Allowed-Rate: ", is_number ? rate : "*", "\r\n");
  }
  return str_cat(answer, "Allow: OPTIONS, POST\r\n", kEmptyAnswer);
}

ReadOutcome read(const Asked& asked, const Context& context) {
  if (asked.route == kHandshake) {
    ReadOutcome outcome;
    outcome.status = 200;
    outcome.own_answer = handshake_answer(asked.request);
    return outcome;
  }
  const std::string_view type = trim(asked.content_type.substr(0, asked.content_type.find(';')));
  const bool is_batch = begins_with(type, "application/cloudevents-batch");
  const bool is_structured = is_batch || begins_with(type, "application/cloudevents");
  if (is_structured && type.find('+') != std::string_view::npos &&
      !equals_ignoring_case(type.substr(type.find('+')), "+json")) {
    return refusal(415, "unsupported_type", "send application/cloudevents+json");
  }
  if (!is_structured && has_attribute_headers(asked.request)) return read_binary(asked, context);
  ItemReader reader(kShape, kName, context);
  reader.read_document(asked.body);
  return reader.outcome(204);
}

Answer success(std::uint32_t, std::string&) { return {204, kNoContentAnswer}; }

constexpr Guide kGuide{
    .title = "CloudEvents",
    .clients = "`cloudevents` 10.0.0: binary, structured and batched; web hooks with handshake",
    .setting =
        "`httpTransport('ORIGIN/cloudevents?key=KEY')`, or the same address as a subscription's "
        "sink.",
    .left_out =
        "Formats but JSON (XML, Avro, Protobuf): 415. Events without `id`, `source`, `type` or "
        "`specversion`: 422. A handshake's `WebHook-Request-Callback` is not called: the consent "
        "stands in the answer.",
    .rules = kRules};

}  // namespace

const Protocol kCloudeventsProtocol{
    .name = kName, .routes = kRoutes, .read = read, .success = success, .guide = kGuide};

}  // namespace penstock::adapter
