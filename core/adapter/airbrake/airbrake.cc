#include "adapter/airbrake/airbrake.h"

#include <string_view>

#include "adapter/contract/answers.h"
#include "adapter/contract/item_reader.h"
#include "adapter/errors/error_reader.h"
#include "base/text.h"
#include "json/writer.h"

namespace penstock::adapter {
namespace {

constexpr std::string_view kName = "airbrake";

// A notice has no time, and no id.
constexpr Rule kRules[] = {
    {"context.url", Place::kUrl},
    {"context.remoteAddr", Place::kIp},
    {"context.userAddr", Place::kIp},
    {"context.userAgent", Place::kUserAgent},
    {"context.user.id", Place::kUserId},
    {"context.headers.Referer", Place::kReferrer},
    {"context.headers.referer", Place::kReferrer},
    {"environment.HTTP_REFERER", Place::kReferrer},
};

constexpr Pick kPicks[] = {
    {"errors", Part::kError},
    {"errors.type", Part::kClass},
    {"errors.message", Part::kMessage},
    {"errors.backtrace", Part::kFrame},
    {"errors.backtrace.file", Part::kFile},
    {"errors.backtrace.function", Part::kFunction},
    {"errors.backtrace.line", Part::kLine},
    {"context.version", Part::kRelease},
    {"context.environment", Part::kEnvironment},
    {"context.severity", Part::kLevel},
    {"context.windowError", Part::kUnhandled},
    {"context.unhandledRejection", Part::kUnhandled},
    {"context.history", Part::kBreadcrumbs},
    {"context.user", Part::kUser},
};
constexpr ErrorShape kErrors{.picks = kPicks};

constexpr ItemShape kNoticeShape{.rules = kRules, .take = take_error_of<kErrors>};

constexpr Rule kStatisticsRules[] = {{"time", Place::kTime}};

std::string_view prepare_statistics(Item& item) {
  if (item.text(Place::kTime).empty()) return "has no time";
  item.set_kind("metric");
  return {};
}

struct Statistics {
  std::string_view post;
  std::string_view name;
  std::string_view list;
};
constexpr Statistics kStatistics[] = {
    {"/api/v5/projects/{}/routes-stats", "routes-stats", "routes"},
    {"/api/v5/projects/{}/routes-breakdowns", "routes-breakdowns", "routes"},
    {"/api/v5/projects/{}/queries-stats", "queries-stats", "queries"},
    {"/api/v5/projects/{}/queues-stats", "queues-stats", "queues"},
};

constexpr http::Method kPost = http::Method::kPost;
constexpr http::Method kPut = http::Method::kPut;
constexpr Route kRoutes[] = {
    {kPost, "/api/v3/projects/{}/notices"},
    // The scripts post them, the servers' libraries put them.
    {kPost, kStatistics[0].post},
    {kPut, kStatistics[0].post},
    {kPost, kStatistics[1].post},
    {kPut, kStatistics[1].post},
    {kPost, kStatistics[2].post},
    {kPut, kStatistics[2].post},
    {kPost, kStatistics[3].post},
    {kPut, kStatistics[3].post},
    {.method = http::Method::kGet,
     .pattern = "/2020-06-18/config/{}/config.json",
     .cors_headers = "Cache-Control",
     .has_events = false},
};

constexpr std::string_view kConfiguration =
    R"({"project_id":1,"updated_at":1,"poll_sec":600,"config_route":"",)"
    R"("settings":[{"name":"errors","enabled":true,"endpoint":null},)"
    R"({"name":"apm","enabled":true,"endpoint":null}]})";

ReadOutcome read_notice(const Asked& asked, const Context& context) {
  ItemReader reader(kNoticeShape, kName, context);
  reader.read_document(asked.body);
  ReadOutcome outcome = reader.outcome(201);
  if (outcome.accepted == 0) return outcome;
  const std::string id = reader.id().hex();
  std::string body;
  json::Writer writer(body);
  writer.begin_object().member("id", id);
  // For people, who are shown it; no library needs one.
  const std::string_view console = context.origin.console_url;
  if (!console.empty()) {
    writer.member("url", str_cat(console, console.ends_with('/') ? "" : "/", "?event=", id));
  }
  writer.end_object();
  outcome.own_answer = json_answer(body);
  return outcome;
}

ReadOutcome read_statistics(const Statistics& statistics, const Asked& asked,
                            const Context& context) {
  const ItemShape shape{.rules = kStatisticsRules,
                        .list = statistics.list,
                        .common = {},
                        .prepare = prepare_statistics};
  ItemReader reader(shape, kName, context);
  reader.common().set(Place::kName, statistics.name);
  reader.read_document(asked.body);
  return reader.outcome();
}

ReadOutcome read(const Asked& asked, const Context& context) {
  const Route& route = kRoutes[asked.route];
  if (!route.has_events) {
    ReadOutcome outcome;
    outcome.status = 200;
    outcome.own_answer = json_answer(kConfiguration);
    return outcome;
  }
  for (const Statistics& statistics : kStatistics) {
    if (statistics.post == route.pattern) return read_statistics(statistics, asked, context);
  }
  return read_notice(asked, context);
}

Answer success(std::uint32_t, std::string& scratch) {
  scratch = json_answer("{}");
  return {200, scratch};
}

// Every library reads a message.
http::Response refuse(std::uint16_t status, std::string_view error, std::string_view detail) {
  http::Response response;
  response.status = status;
  json::Writer writer(response.body);
  writer.begin_object().member("message", detail.empty() ? error : detail).end_object();
  return response;
}

constexpr Guide kGuide{
    .title = "Airbrake",
    .clients = "`@airbrake/node` and `@airbrake/browser` 2.1.9",
    .setting =
        "`host: 'ORIGIN', remoteConfigHost: 'ORIGIN'`; Ruby: `error_host`, `apm_host` and "
        "`remote_config_host`. `projectKey` is a key of the project, `projectId` any number.",
    .left_out = "Notices in XML, of clients from before 2013: 404. Deploys: 404.",
    .rules = kRules};

}  // namespace

const Protocol kAirbrakeProtocol{.name = kName,
                                 .routes = kRoutes,
                                 .read = read,
                                 .success = success,
                                 .refusal = refuse,
                                 .guide = kGuide};

}  // namespace penstock::adapter
