#include "adapter/plausible/plausible.h"

#include <string>
#include <string_view>

#include "adapter/contract/answers.h"
#include "adapter/contract/item_reader.h"
#include "adapter/contract/request_key.h"
#include "json/writer.h"

namespace penstock::adapter {
namespace {

constexpr std::string_view kName = "plausible";

constexpr Rule kRules[] = {
    {"n", Place::kName},       {"name", Place::kName},   {"u", Place::kUrl},
    {"url", Place::kUrl},      {"r", Place::kReferrer},  {"referrer", Place::kReferrer},
    {"d", Place::kSeen},       {"domain", Place::kSeen}, {"p", Place::kSpread},
    {"props", Place::kSpread}, {"m", Place::kSpread},    {"meta", Place::kSpread},
};

constexpr Route kRoutes[] = {
    {http::Method::kPost, "/api/event"},
    {.method = http::Method::kGet, .pattern = "/api/health", .has_events = false},
};

std::string_view prepare(Item& item) {
  if (item.text(Place::kName).empty()) return "has no name";
  take_key_of_site(item, "d");
  take_key_of_site(item, "domain");
  return {};
}

constexpr ItemShape kShape{.rules = kRules, .prepare = prepare};

ReadOutcome read(const Asked& asked, const Context& context) {
  if (!kRoutes[asked.route].has_events) {
    ReadOutcome outcome;
    outcome.status = 200;
    outcome.own_answer = json_answer(R"({"status":"ok"})");
    return outcome;
  }
  ItemReader reader(kShape, kName, context);
  reader.read_document(asked.body);
  ReadOutcome outcome = reader.outcome(202);
  // What is no event is a bad request there.
  if (outcome.status == 422) outcome.status = 400;
  return outcome;
}

Answer success(std::uint32_t, std::string& scratch) {
  scratch = text_answer("ok");
  return {202, scratch};
}

http::Response refusal_answer(std::uint16_t status, std::string_view, std::string_view detail) {
  http::Response response;
  response.status = status;
  json::Writer writer(response.body);
  writer.begin_object().key("errors").begin_object().key("event").begin_array().value(detail);
  writer.end_array().end_object().end_object();
  return response;
}

constexpr Guide kGuide{
    .title = "Plausible",
    .clients = "`plausible-tracker` 0.3.9, `@plausible-analytics/tracker` 0.4.6",
    .setting =
        "`Plausible({domain, apiHost: 'ORIGIN'})`, or `init({domain, endpoint: "
        "'ORIGIN/api/event'})`. A project's key goes behind the endpoint (`?key=KEY`) or stands as "
        "the domain; without one events go to the project `default`.",
    .left_out =
        "An event of several domains is one event, with all of them as its property. "
        "`X-Debug-Request`, and the queries of the Stats API.",
    .rules = kRules};

}  // namespace

const Protocol kPlausibleProtocol{.name = kName,
                                  .routes = kRoutes,
                                  .key_place = KeyPlace::kBody,
                                  .read = read,
                                  .success = success,
                                  .refusal = refusal_answer,
                                  .guide = kGuide};

}  // namespace penstock::adapter
