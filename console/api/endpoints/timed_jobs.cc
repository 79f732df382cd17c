// Jobs of Sidekiq's that wait for their time: those that have failed and those that are scheduled.
#include <string>
#include <utility>

#include "base/log.h"
#include "console/api/endpoints/endpoints.h"
#include "console/api/endpoints/queue_message.h"
#include "console/api/request/answers.h"
#include "console/api/request/query_reader.h"
#include "json/writer.h"

namespace penstock::console {

namespace {

constexpr std::uint32_t kOffsetMax = 10'000'000;

http::Response get_timed(Call& call, Services& services) {
  QueryReader query(call.query, services.clock.wall_ms());
  const bool is_retry = query.one_of("set", {"retry", "schedule"}) == 0;
  const std::uint32_t limit = query.number("limit", 50, 1, 200);
  const std::uint32_t offset = query.number("offset", 0, 0, kOffsetMax);
  if (auto refusal = query.refusal()) return *refusal;
  if (!services.look->has_timed_jobs()) {
    return http::error_response(404, "no_such_set", "only Sidekiq's format has such jobs");
  }
  const auto found = services.look->timed_jobs(
      is_retry ? queue::TimedSet::kRetry : queue::TimedSet::kSchedule, offset, limit);
  if (!found) {
    log_warn("api.timed", "jobs that wait for their time cannot be had",
             {{"error", to_text(found.error())}});
    auto response = http::error_response(503, "unavailable", to_text(found.error()));
    response.headers.emplace_back("Retry-After", "2");
    return response;
  }
  std::string body;
  json::Writer writer(body);
  writer.begin_object().member("total", found->total).key("jobs").begin_array();
  for (const queue::TimedJob& one : found->jobs) {
    writer.begin_object();
    writer.member_or_null("at", one.at_ms);
    write_message(writer, one.job, kMessageOfMany, services.clock.wall_ms());
    writer.end_object();
  }
  writer.end_array().end_object();
  return json_answer(std::move(body));
}

constexpr Parameter kParameters[] = {
    {"set", R"({"type":"string","enum":["retry","schedule"],"default":"retry"})",
     "Those that failed, or those that are scheduled"},
    {"limit", R"({"type":"integer","minimum":1,"maximum":200,"default":50})", "Jobs at most"},
    {"offset", R"({"type":"integer","minimum":0,"default":0})", "Jobs before them"},
};
constexpr const char* kTimed = R"({"title":"TimedJobs","type":"object","properties":{
  "total":{"type":"integer"},
  "jobs":{"type":"array","description":"Those that are due first, first",
    "items":{"$ref":"#/components/schemas/WaitingMessage"}}}})";

constexpr Route kRoutes[] = {
    {.method = http::Method::kGet,
     .path = "/api/v1/queue/timed",
     .access = Access::kViewer,
     .endpoint = get_timed,
     .lane = Lane::kQueue,
     .summary = "Sidekiq's jobs that wait for their time",
     .parameters = kParameters,
     .answer_schema = kTimed},
};

}  // namespace

std::span<const Route> timed_job_routes() { return kRoutes; }

}  // namespace penstock::console
