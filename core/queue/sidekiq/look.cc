#include "queue/sidekiq/look.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <string_view>

#include <hiredis.h>

#include "base/bytes.h"
#include "base/text.h"
#include "json/reader.h"
#include "queue/redis/call.h"

namespace penstock::queue {
namespace {

// More processes than that are not looked at, nor more of what one has in hand.
constexpr std::size_t kProcessesMax = 200;

std::string_view text_of(const redisReply* reply) {
  return reply->type == REDIS_REPLY_STRING ? std::string_view(reply->str, reply->len)
                                           : std::string_view();
}

std::int64_t ms_of_seconds(std::string_view text) {
  const double seconds = std::strtod(std::string(text).c_str(), nullptr);
  return seconds > 0 && seconds < 1e12 ? std::llround(seconds * 1000) : 0;
}

// A number member of a JSON object, as seconds; 0 where there is none.
std::int64_t time_member(std::string_view json, std::string_view name) {
  std::string padded(json);
  reserve_padding(padded);
  std::int64_t found_ms = 0;
  json::Reader reader;
  const auto read = reader.read(padded, [&](json::Value& root) -> Result<void> {
    return root.members([&](std::string_view key, json::Value& value) -> Result<void> {
      if (key != name || value.kind() != json::Kind::kNumber) return {};
      const auto seconds = value.number();
      if (seconds && *seconds > 0 && *seconds < 1e12) found_ms = std::llround(*seconds * 1000);
      return {};
    });
  });
  return read ? found_ms : 0;
}

Result<std::int64_t> oldest_work(RedisClient& client, const std::string& identity) {
  std::int64_t oldest_ms = 0;
  for (const char* key : {":work", ":workers"}) {
    const auto reply =
        redis_ok(client.call({"HVALS", str_cat(identity, key)}), "read what a worker does");
    if (!reply) return fail(reply.error());
    const std::size_t count = std::min((*reply)->elements, kProcessesMax);
    for (std::size_t i = 0; i < count; ++i) {
      const std::int64_t at_ms = time_member(text_of((*reply)->element[i]), "run_at");
      if (at_ms > 0 && (oldest_ms == 0 || at_ms < oldest_ms)) oldest_ms = at_ms;
    }
    if (oldest_ms > 0) break;
  }
  return oldest_ms;
}

}  // namespace

Result<std::vector<SeenWorker>> read_sidekiq_processes(RedisClient& client) {
  const auto names = redis_ok(client.call({"SRANDMEMBER", "processes", str_cat(kProcessesMax)}),
                              "read Sidekiq's processes");
  if (!names) return fail(names.error());
  std::vector<SeenWorker> seen;
  for (std::size_t i = 0; i < (*names)->elements; ++i) {
    SeenWorker& one = seen.emplace_back();
    one.identity = text_of((*names)->element[i]);
    const auto hash =
        redis_ok(client.call({"HMGET", one.identity, "info", "busy", "beat", "quiet"}),
                 "read a Sidekiq process");
    if (!hash) return fail(hash.error());
    if ((*hash)->elements != 4) continue;
    one.started_ms = time_member(text_of((*hash)->element[0]), "started_at");
    const auto busy = parse_int(text_of((*hash)->element[1]));
    one.busy = busy && *busy > 0 ? static_cast<std::uint64_t>(*busy) : 0;
    one.seen_ms = ms_of_seconds(text_of((*hash)->element[2]));
    one.is_quiet = text_of((*hash)->element[3]) == "true";
    one.is_gone = one.seen_ms == 0;  // Its hash has expired.
    const auto oldest_ms = oldest_work(client, one.identity);
    if (!oldest_ms) return fail(oldest_ms.error());
    one.busy_ms = *oldest_ms;
  }
  std::sort(seen.begin(), seen.end(),
            [](const SeenWorker& a, const SeenWorker& b) { return a.identity < b.identity; });
  return seen;
}

Result<TimedJobs> read_timed_jobs(RedisClient& client, TimedSet set, std::size_t first,
                                  std::size_t count) {
  const std::string_view key = set == TimedSet::kRetry ? "retry" : "schedule";
  const auto total = redis_ok(client.call({"ZCARD", key}), "count jobs that wait for their time");
  if (!total) return fail(total.error());
  TimedJobs found;
  found.total = static_cast<std::uint64_t>((*total)->integer);
  const auto page = redis_ok(
      client.call({"ZRANGE", key, str_cat(first), str_cat(first + count - 1), "WITHSCORES"}),
      "read jobs that wait for their time");
  if (!page) return fail(page.error());
  for (std::size_t i = 0; i + 1 < (*page)->elements; i += 2) {
    TimedJob& one = found.jobs.emplace_back();
    one.job = text_of((*page)->element[i]);
    reserve_padding(one.job);
    one.at_ms = ms_of_seconds(text_of((*page)->element[i + 1]));
  }
  return found;
}

}  // namespace penstock::queue
