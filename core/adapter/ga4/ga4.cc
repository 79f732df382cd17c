#include "adapter/ga4/ga4.h"

#include <algorithm>
#include <string>
#include <string_view>

#include "adapter/contract/answers.h"
#include "adapter/contract/item_reader.h"
#include "adapter/contract/request_key.h"
#include "adapter/ga4/validation.h"
#include "base/text.h"
#include "event/kind.h"
#include "json/token.h"

namespace penstock::adapter {
namespace {

constexpr std::string_view kName = "ga4";
constexpr std::string_view kPageView = "page_view";

enum : std::size_t { kHitPost, kHitGet, kMeasurement, kDebug };
constexpr Route kRoutes[] = {
    {http::Method::kPost, "/g/collect"},
    {http::Method::kGet, "/g/collect"},
    {http::Method::kPost, "/mp/collect"},
    {.method = http::Method::kPost, .pattern = "/debug/mp/collect", .has_events = false},
};

// Of a hit: the query's parameters are those of all its lines.
constexpr Rule kHitRules[] = {
    {"en", Place::kName},    {"dl", Place::kUrl},          {"dr", Place::kReferrer},
    {"uid", Place::kUserId}, {"cid", Place::kAnonymousId}, {"sid", Place::kSessionId},
    {"_uip", Place::kIp},
};

constexpr Rule kEventRules[] = {
    {"name", Place::kName},
    {"params", Place::kSpread},
    {"params.page_location", Place::kUrl},
    {"params.page_referrer", Place::kReferrer},
    {"params.session_id", Place::kSessionId},
    {"timestamp_micros", Place::kTime},
};
constexpr Rule kBodyRules[] = {
    {"client_id", Place::kAnonymousId}, {"app_instance_id", Place::kAnonymousId},
    {"user_id", Place::kUserId},        {"timestamp_micros", Place::kTime},
    {"ip_override", Place::kIp},        {"user_agent", Place::kUserAgent},
};

constexpr Rule kGuideRules[] = {
    {"en, name", Place::kName},
    {"dl, params.page_location", Place::kUrl},
    {"dr, params.page_referrer", Place::kReferrer},
    {"uid, user_id", Place::kUserId},
    {"cid, client_id, app_instance_id", Place::kAnonymousId},
    {"sid, params.session_id", Place::kSessionId},
    {"timestamp_micros", Place::kTime},
    {"_uip, ip_override", Place::kIp},
    {"ep.*, epn.*, params", Place::kSpread},
    {"api_secret", Place::kKey},
};

std::string_view prepare(Item& item) {
  if (item.text(Place::kName).empty()) return "has no name";
  item.set_kind(item.text(Place::kName) == kPageView ? event::kPageKind : event::kEventKind);
  return {};
}

constexpr ItemShape kHits{.rules = kHitRules, .common = kHitRules, .prepare = prepare};
constexpr ItemShape kEvents{
    .rules = kEventRules, .list = "events", .common = kBodyRules, .prepare = prepare};

// "ep.plan=pro" is the event's own parameter plan, "epn.value=3" a number.
void take(Item& item, const Pair& pair) {
  constexpr std::string_view kText = "ep.";
  constexpr std::string_view kNumber = "epn.";
  if (pair.name.size() > kText.size() && pair.name.starts_with(kText)) {
    item.keep_pair(pair.name.substr(kText.size()), pair.value);
  } else if (pair.name.size() > kNumber.size() && pair.name.starts_with(kNumber)) {
    const std::string_view name = pair.name.substr(kNumber.size());
    json::is_number(pair.value) ? item.keep_json(name, pair.value)
                                : item.keep_pair(name, pair.value);
  } else {
    item.take_pair(pair.name, pair.value);
  }
}

class Hit {
 public:
  Hit(const Asked& asked, const Context& context)
      : asked_(asked), pairs_(context.workspace.pairs), reader_(kHits, kName, context) {}

  ReadOutcome read() {
    pairs_.start(asked_.request.query.size() + asked_.body.size());
    pairs_.add(asked_.request.query);
    for (const Pair& pair : pairs_.all()) take(reader_.common(), pair);
    const bool is_numbered = !pairs_.value("_p").empty() || !pairs_.value("_s").empty();
    bool has_lines = false;
    for (std::string_view rest = asked_.body; !rest.empty();) {
      const std::size_t end = std::min(rest.find_first_of("\r\n"), rest.size());
      const std::string_view line = trim(rest.substr(0, end));
      rest.remove_prefix(std::min(end + 1, rest.size()));
      if (line.empty()) continue;
      has_lines = true;
      if (!add(line, is_numbered)) break;
    }
    if (!has_lines) static_cast<void>(add({}, is_numbered));
    return reader_.outcome(204);
  }

 private:
  bool add(std::string_view line, bool is_numbered) {
    Item& item = reader_.begin();
    const std::size_t first = pairs_.all().size();
    pairs_.add(line);
    for (const Pair& pair : pairs_.all().subspan(first)) take(item, pair);
    // Nothing else tells a hit from the same one that came again.
    id_ = str_cat(asked_.request.query, "\n", line);
    if (is_numbered) item.set(Place::kId, id_);
    return reader_.end();
  }

  const Asked& asked_;
  Pairs& pairs_;
  ItemReader reader_;
  std::string id_;
};

ReadOutcome read_measurement(const Asked& asked, const Context& context) {
  ItemReader reader(kEvents, kName, context);
  Pairs& pairs = context.workspace.pairs;
  pairs.start(asked.request.query.size());
  pairs.add(asked.request.query);
  for (const std::string_view name : {"measurement_id", "firebase_app_id"}) {
    if (const std::string_view value = pairs.value(name); !value.empty()) {
      reader.common().keep_pair(name, value);
    }
  }
  reader.read_document(asked.body);
  return reader.outcome(204);
}

ReadOutcome read(const Asked& asked, const Context& context) {
  switch (asked.route) {
    case kMeasurement:
      return read_measurement(asked, context);
    case kDebug: {
      ReadOutcome outcome;
      outcome.status = 200;
      outcome.own_answer = json_answer(validation_messages(asked.body, context.workspace.reader));
      return outcome;
    }
    case kHitPost:
    case kHitGet:
    default:
      return Hit(asked, context).read();
  }
}

// A hit names its stream alone, which may have been made a key.
std::string_view own_key(const http::Request& request, std::string& scratch) {
  const std::string_view secret = query_value(request, "api_secret", scratch);
  return secret.empty() ? query_value(request, "tid", scratch) : secret;
}

Answer success(std::uint32_t, std::string&) { return {204, kNoContentAnswer}; }

constexpr Guide kGuide{
    .title = "Google Analytics 4",
    .clients =
        "gtag.js (by its hits), `@minimal-analytics/ga4` 1.8.7, "
        "`@analytics-debugger/ga4mp` 0.0.8, any library of the Measurement Protocol",
    .setting =
        "gtag: `gtag('config', 'G-…', {server_container_url: 'ORIGIN'})`. Minimal analytics: "
        "`window.minimalAnalytics = {analyticsEndpoint: 'ORIGIN/g/collect'}`. Measurement "
        "Protocol: `ORIGIN/mp/collect?measurement_id=G-…&api_secret=KEY`; "
        "`/debug/mp/collect` says what is wrong with a body and stores nothing. A hit of "
        "gtag has no key but its `tid`.",
    .left_out =
        "Google's consent mode and signals: their parameters are kept and not acted upon. "
        "A hit that comes twice byte for byte is one event.",
    .rules = kGuideRules};

}  // namespace

const Protocol kGa4Protocol{.name = kName,
                            .routes = kRoutes,
                            .own_key = own_key,
                            .read = read,
                            .success = success,
                            .guide = kGuide};

}  // namespace penstock::adapter
