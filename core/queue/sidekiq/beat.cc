#include "queue/sidekiq/beat.h"

#include <cstdio>
#include <utility>

#include <hiredis.h>
#include <unistd.h>

#include "base/text.h"
#include "queue/redis/call.h"
#include "queue/sidekiq/score.h"

namespace penstock::queue {
namespace {

// Days' counts are kept for five years, as Sidekiq does.
constexpr std::string_view kCount =
    "if ARGV[1] ~= '0' then "
    "for i = 1, 2 do redis.call('INCRBY', KEYS[2 * i - 1], ARGV[i]) "
    "redis.call('INCRBY', KEYS[2 * i], ARGV[i]) "
    "redis.call('EXPIRE', KEYS[2 * i], 157680000) end end ";

// KEYS 5 processes, 6 ID, 7 ID:workers (up to 6.4), 8 ID:work (6.5 on), 9 ID-signals.
constexpr std::string_view kBeat =
    "redis.call('SADD', KEYS[5], ARGV[3]) "
    "redis.call('HSET', KEYS[6], 'info', ARGV[4], 'busy', ARGV[5], 'beat', ARGV[6], "
    "'rtt_us', ARGV[7], 'quiet', ARGV[8], 'rss', ARGV[9], 'concurrency', '1') "
    "redis.call('EXPIRE', KEYS[6], 60) "
    "for i = 7, 8 do redis.call('DEL', KEYS[i]) "
    "if ARGV[10] ~= '' then redis.call('HSET', KEYS[i], 'worker', ARGV[10]) "
    "redis.call('EXPIRE', KEYS[i], 60) end end "
    "local signals = {} "
    "while true do local signal = redis.call('RPOP', KEYS[9]) "
    "if not signal then return signals end signals[#signals + 1] = signal end";

constexpr std::string_view kLeave =
    "redis.call('SREM', KEYS[5], ARGV[3]) redis.call('DEL', KEYS[7], KEYS[8])";

const RedisScript& beat_script() {
  static const std::string text = str_cat(kCount, kBeat);
  static const RedisScript script{text};
  return script;
}

const RedisScript& leave_script() {
  static const std::string text = str_cat(kCount, kLeave);
  static const RedisScript script{text};
  return script;
}

}  // namespace

SidekiqBeat::SidekiqBeat(RedisClient& client, SidekiqState& state, const Clock& clock,
                         std::string identity, std::string info)
    : client_(client),
      state_(state),
      clock_(clock),
      identity_(std::move(identity)),
      info_(std::move(info)) {}

Result<std::vector<std::string>> SidekiqBeat::beat() {
  const auto round_trip_us = measure_round_trip_us();
  if (!round_trip_us) return fail(round_trip_us.error());
  const std::string work = state_.work();
  const SidekiqCounts counts = state_.take();
  const std::string day = day_text(clock_.wall_ms());
  const auto reply = redis_ok_or_log(
      client_.run(
          beat_script(),
          {"stat:processed", str_cat("stat:processed:", day), "stat:failed",
           str_cat("stat:failed:", day), "processes", identity_, str_cat(identity_, ":workers"),
           str_cat(identity_, ":work"), str_cat(identity_, "-signals")},
          {str_cat(counts.processed), str_cat(counts.failed), identity_, info_,
           work.empty() ? "0" : "1", sidekiq_score(clock_.wall_ms()), str_cat(*round_trip_us),
           state_.is_quiet() ? "true" : "false", str_cat(resident_kb()), work}),
      "beat as a Sidekiq process");
  if (!reply) {
    state_.add(counts);
    return fail(reply.error());
  }
  std::vector<std::string> signals;
  for (std::size_t i = 0; i < (*reply)->elements; ++i) {
    signals.emplace_back((*reply)->element[i]->str, (*reply)->element[i]->len);
  }
  return signals;
}

Result<std::int64_t> SidekiqBeat::measure_round_trip_us() {
  const std::int64_t begun_us = clock_.mono_us();
  const auto reply = redis_ok_or_log(client_.call({"PING"}), "measure the way to Redis");
  if (!reply) return fail(reply.error());
  return clock_.mono_us() - begun_us;
}

Result<void> SidekiqBeat::leave() {
  const SidekiqCounts counts = state_.take();
  const std::string day = day_text(clock_.wall_ms());
  const auto reply =
      redis_ok_or_log(client_.run(leave_script(),
                                  {"stat:processed", str_cat("stat:processed:", day), "stat:failed",
                                   str_cat("stat:failed:", day), "processes", identity_,
                                   str_cat(identity_, ":workers"), str_cat(identity_, ":work")},
                                  {str_cat(counts.processed), str_cat(counts.failed), identity_}),
                      "leave as a Sidekiq process");
  if (reply) return {};
  state_.add(counts);
  return fail(reply.error());
}

std::int64_t resident_kb() {
  std::FILE* file = std::fopen("/proc/self/statm", "re");
  if (file == nullptr) return 0;
  long long size = 0;
  long long resident = 0;
  const bool is_read = std::fscanf(file, "%lld %lld", &size, &resident) == 2;
  std::fclose(file);
  return is_read ? resident * (::sysconf(_SC_PAGESIZE) / 1024) : 0;
}

}  // namespace penstock::queue
