#include "adapter/snowplow/snowplow.h"

#include <string>
#include <string_view>

#include "adapter/contract/answers.h"
#include "adapter/contract/item_reader.h"
#include "adapter/contract/request_key.h"
#include "base/bytes.h"
#include "crypto/base64.h"
#include "event/kind.h"
#include "event/limits.h"

namespace penstock::adapter {
namespace {

constexpr std::string_view kName = "snowplow";

constexpr Route kRoutes[] = {
    {.method = http::Method::kPost,
     .pattern = "/com.snowplowanalytics.snowplow/tp2",
     .cors_headers = "SP-Anonymous"},
    {http::Method::kGet, "/i"},
    {http::Method::kGet, "/ice.png"},
};

// `dtm` is when the event was made and `stm` when it was sent, by one clock; `ttm` is the true
// time.
constexpr Rule kRules[] = {
    {"e", Place::kType},           {"eid", Place::kId},
    {"url", Place::kUrl},          {"refr", Place::kReferrer},
    {"uid", Place::kUserId},       {"duid", Place::kAnonymousId},
    {"nuid", Place::kAnonymousId}, {"tnuid", Place::kAnonymousId},
    {"sid", Place::kSessionId},    {"ip", Place::kIp},
    {"ua", Place::kUserAgent},     {"ttm", Place::kTime},
    {"dtm", Place::kTime},         {"stm", Place::kSentAt},
    {"aid", Place::kSeen},         {"se_ac", Place::kSeen},
    {"ue_pr", Place::kSeen},       {"ue_px", Place::kSeen},
    {"co", Place::kSeen},          {"cx", Place::kSeen},
};

constexpr Rule kPayloadRules[] = {{"schema", Place::kDropped}};

struct Type {
  std::string_view letters;
  std::string_view name;
  std::string_view kind;
};
constexpr Type kTypes[] = {
    {"pv", "page_view", event::kPageKind},    {"pp", "page_ping", event::kEventKind},
    {"tr", "transaction", event::kEventKind}, {"ti", "transaction_item", event::kEventKind},
    {"se", "struct", event::kEventKind},      {"ue", "unstruct", event::kEventKind},
};

// "iglu:com.acme/order/jsonschema/1-0-0": order.
std::string_view name_of_schema(std::string_view schema) {
  const std::size_t begin = schema.find('/');
  if (begin == std::string_view::npos) return {};
  const std::size_t end = schema.find('/', begin + 1);
  if (end == std::string_view::npos) return {};
  return schema.substr(begin + 1, end - begin - 1);
}

// {"schema":…,"data":{"schema":"iglu:…",…}}: the inner one's.
Result<void> find_schema(json::Value& root, std::string& schema) {
  if (root.kind() != json::Kind::kObject) return {};
  return root.members([&](std::string_view key, json::Value& data) -> Result<void> {
    if (key != "data" || data.kind() != json::Kind::kObject) return {};
    return data.members([&](std::string_view inner, json::Value& value) -> Result<void> {
      if (inner == "schema") schema = value.string().value_or("");
      return {};
    });
  });
}

// Keeps the JSON that `plain`, or base64 in `coded`, holds as the property `plain`. What is none
// stays as it was sent. Returns the schema inside it.
std::string_view unwrap(Item& item, std::string_view plain, std::string_view coded) {
  std::string_view path = plain;
  std::string_view text = item.text_at(plain);
  if (text.empty()) {
    path = coded;
    text = item.text_at(coded);
    std::string bytes;
    if (text.empty() || !crypto::decode_base64(text, bytes)) return {};
    text = item.hold(std::move(bytes));
  } else {
    text = item.hold(std::string(text));
  }
  std::string json;
  std::string schema;
  const auto read = item.workspace().text_reader.read(text, [&](json::Value& root) -> Result<void> {
    PENSTOCK_TRY(root.append_to(json, event::kPropertiesDepthMax - 1));
    root.rewind();
    return find_schema(root, schema);
  });
  if (!read) return {};
  item.drop(path);
  item.keep_json(plain, item.hold(std::move(json)));
  return item.hold(std::move(schema));
}

std::string_view prepare(Item& item) {
  take_key_of_site(item, "aid");
  // The true time needs no correction.
  if (!item.text_at("ttm").empty()) item.set(Place::kSentAt, {});
  const std::string_view schema = unwrap(item, "ue_pr", "ue_px");
  static_cast<void>(unwrap(item, "co", "cx"));

  const std::string_view letters = item.text(Place::kType);
  for (const Type& type : kTypes) {
    if (type.letters != letters) continue;
    std::string_view name = letters == "se" ? item.text_at("se_ac") : std::string_view();
    if (letters == "ue") name = name_of_schema(schema);
    item.set(Place::kName, name.empty() ? type.name : name);
    item.set_kind(type.kind);
    return {};
  }
  if (letters.empty()) return "has no e, which says what it is";
  item.set(Place::kName, letters);
  return {};
}

constexpr ItemShape kShape{
    .rules = kRules, .list = "data", .common = kPayloadRules, .prepare = prepare};

ReadOutcome read(const Asked& asked, const Context& context) {
  ItemReader reader(kShape, kName, context);
  if (!asked.request.header("SP-Anonymous").empty()) reader.hide_address();
  if (kRoutes[asked.route].method == http::Method::kPost) {
    reader.read_document(asked.body);
    return reader.outcome();
  }
  Pairs& pairs = context.workspace.pairs;
  pairs.start(asked.request.query.size());
  pairs.add(asked.request.query);
  Item& item = reader.begin();
  for (const Pair& pair : pairs.all()) item.take_pair(pair.name, pair.value);
  static_cast<void>(reader.end());
  ReadOutcome outcome = reader.outcome();
  if (outcome.status < 400) outcome.own_answer = pixel_answer();
  return outcome;
}

Answer success(std::uint32_t, std::string& scratch) {
  scratch = text_answer("ok");
  return {200, scratch};
}

constexpr Guide kGuide{
    .title = "Snowplow",
    .clients =
        "`@snowplow/node-tracker` 4.8.0, `@snowplow/browser-tracker` 4.10.1, Debian's "
        "`ruby-snowplow-tracker` 0.6.1",
    .setting =
        "Node: `endpoint: 'HOSTNAME'`, `port: PORT`, `protocol: 'https'` (or `'http'`). Browser: "
        "`newTracker('sp', "
        "'ORIGIN')`. Ruby: `SnowplowTracker::Emitter.new('HOST')`. A tracker has no key: "
        "one may stand as its `appId`.",
    .left_out =
        "Schemas are not validated, and no cookie is set. A `postPath` of one's own has no "
        "route. With `SP-Anonymous` the address is not kept.",
    .rules = kRules};

}  // namespace

const Protocol kSnowplowProtocol{.name = kName,
                                 .routes = kRoutes,
                                 .key_place = KeyPlace::kBody,
                                 .read = read,
                                 .success = success,
                                 .guide = kGuide};

}  // namespace penstock::adapter
