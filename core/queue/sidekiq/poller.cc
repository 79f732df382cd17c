#include "queue/sidekiq/poller.h"

#include <algorithm>
#include <utility>
#include <vector>

#include <hiredis.h>

#include "base/log.h"
#include "base/text.h"
#include "event/sidekiq/failure.h"
#include "queue/redis/call.h"
#include "queue/sidekiq/score.h"
#include "queue/spool/dead_letters.h"

namespace penstock::queue {
namespace {

constexpr std::size_t kStep = 100;
constexpr std::int64_t kPollMsPerProcess = 5'000;
constexpr std::int64_t kProcessesFew = 10;

// The push comes first: where it fails, the job stays in its set.
constexpr RedisScript kMove{
    "if not redis.call('ZSCORE', KEYS[1], ARGV[1]) then return 0 end "
    "redis.call('LPUSH', KEYS[2], ARGV[2]) "
    "if ARGV[3] ~= '' then redis.call('SADD', KEYS[3], ARGV[3]) end "
    "redis.call('ZREM', KEYS[1], ARGV[1]) return 1"};

}  // namespace

SidekiqPoller::SidekiqPoller(RedisClient& client, const Clock& clock, std::string dead_letters,
                             std::string origin)
    : client_(client),
      clock_(clock),
      random_(Random::from_system()),
      dead_letters_(std::move(dead_letters)),
      origin_(std::move(origin)) {}

Result<std::size_t> SidekiqPoller::poll(std::size_t jobs_max) {
  std::size_t moved = 0;
  for (const std::string_view set : {"retry", "schedule"}) {
    const auto count = poll_set(set, jobs_max - std::min(moved, jobs_max));
    if (!count) return count;
    moved += *count;
  }
  return moved;
}

Result<std::size_t> SidekiqPoller::poll_set(std::string_view set, std::size_t jobs_max) {
  std::size_t moved = 0;
  std::size_t stuck = 0;  // Jobs whose queue Redis refuses; they stay, and are passed over.
  while (moved < jobs_max) {
    const std::string now = sidekiq_score(clock_.wall_ms());
    const auto due = redis_ok_or_log(
        client_.call({"ZRANGEBYSCORE", set, "-inf", now, "LIMIT", str_cat(stuck), str_cat(kStep)}),
        "look for due jobs");
    if (!due) return fail(due.error());
    for (std::size_t i = 0; i < (*due)->elements; ++i) {
      const auto is_moved = move(set, {(*due)->element[i]->str, (*due)->element[i]->len});
      if (!is_moved && is_moved.error().code != ErrorCode::kConfiguration) {
        return fail(is_moved.error());
      }
      stuck += is_moved ? 0 : 1;
      moved += is_moved && *is_moved ? 1 : 0;
    }
    if ((*due)->elements < kStep) break;
  }
  return moved;
}

Result<bool> SidekiqPoller::move(std::string_view set, std::string_view job) {
  const auto push = event::prepare_sidekiq_push(job, clock_.wall_ms(), random_);
  std::string list = dead_letters_;
  std::string queue;
  std::string text;
  if (push) {
    list = "queue:" + push->queue;
    queue = push->queue;
    text = push->text;
  } else {
    log_warn("sidekiq.no_job", "a text that is no job was due and is set aside",
             {{"set", set}, {"text", utf8_prefix(job, 200)}});
    text = to_json({job, "a due Sidekiq job that is no JSON object", clock_.wall_ms(), origin_});
  }
  const auto moved = redis_ok_or_log(client_.run(kMove, {set, list, "queues"}, {job, text, queue}),
                                     "push a due job");
  if (!moved) return fail(moved.error());
  return (*moved)->integer == 1;
}

Result<std::int64_t> SidekiqPoller::next_wait_ms() {
  const auto count = redis_ok_or_log(client_.call({"SCARD", "processes"}), "count the processes");
  if (!count) return fail(count.error());
  const std::int64_t processes = std::max<std::int64_t>((*count)->integer, 1);
  const std::int64_t average_ms = processes * kPollMsPerProcess;
  const auto spread =
      static_cast<std::int64_t>(random_.below(static_cast<std::uint64_t>(average_ms) + 1));
  return processes < kProcessesFew ? average_ms / 2 + spread : spread;
}

Result<void> SidekiqPoller::prune_processes() {
  const auto lock = redis_ok_or_log(client_.call({"SET", "process_cleanup", "1", "NX", "EX", "60"}),
                                    "lock the clean-up");
  if (!lock) return fail(lock.error());
  if ((*lock)->type == REDIS_REPLY_NIL) return {};
  const auto all = redis_ok_or_log(client_.call({"SMEMBERS", "processes"}), "list the processes");
  if (!all) return fail(all.error());
  for (std::size_t i = 0; i < (*all)->elements; ++i) {
    const std::string_view identity((*all)->element[i]->str, (*all)->element[i]->len);
    const auto has_info =
        redis_ok_or_log(client_.call({"HEXISTS", identity, "info"}), "look for a process");
    if (!has_info) return fail(has_info.error());
    if ((*has_info)->integer == 1) continue;
    const auto removed =
        redis_ok_or_log(client_.call({"SREM", "processes", identity}), "forget a process");
    if (!removed) return fail(removed.error());
  }
  return {};
}

}  // namespace penstock::queue
