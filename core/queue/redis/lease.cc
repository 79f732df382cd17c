#include "queue/redis/lease.h"

#include <cerrno>
#include <csignal>
#include <limits>
#include <utility>

#include <hiredis.h>
#include <unistd.h>

#include "base/text.h"
#include "queue/redis/reply.h"

namespace penstock::queue {
namespace {

constexpr std::string_view kLeaseMs = "10000";
constexpr std::int64_t kRenewUs = 3'000'000;

constexpr std::string_view kRenew =
    "if redis.call('GET', KEYS[1]) == ARGV[1] then "
    "return redis.call('PEXPIRE', KEYS[1], ARGV[2]) end return 0";
constexpr std::string_view kTakeOver =
    "if redis.call('GET', KEYS[1]) == ARGV[1] then "
    "redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3]) return 1 end return 0";
constexpr std::string_view kGiveBack =
    "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0";

std::string_view text_of(const redisReply& reply) { return {reply.str, reply.len}; }

Error refused(const redisReply& reply) {
  return to_error(refusal_of(text_of(reply)), "take the lease of the Redis list");
}

}  // namespace

bool is_holder_gone(std::string_view holder) {
  const std::size_t last = holder.rfind(':');
  if (last == std::string_view::npos) return false;
  const std::string_view place = holder.substr(0, last);
  const std::size_t colon = place.rfind(':');
  if (colon == std::string_view::npos) return false;
  char host[256] = {};
  ::gethostname(host, sizeof host - 1);
  const auto pid = parse_int(place.substr(colon + 1));
  if (place.substr(0, colon) != host || !pid) return false;
  if (*pid < 1 || *pid > std::numeric_limits<pid_t>::max()) return false;
  return ::kill(static_cast<pid_t>(*pid), 0) != 0 && errno == ESRCH;
}

RedisLease::RedisLease(RedisClient& client, const Clock& clock, std::string key, std::string holder)
    : client_(client), clock_(clock), key_(std::move(key)), holder_(std::move(holder)) {}

RedisLease::~RedisLease() {
  // Who waits for it need not wait until it expires; where this fails, it does.
  if (is_held_) static_cast<void>(client_.call({"EVAL", kGiveBack, "1", key_, holder_}));
}

Result<bool> RedisLease::hold() {
  if (is_held_ && clock_.mono_us() < renew_at_us_) return true;
  if (is_held_) {
    const auto renewed = renew();
    if (!renewed) return fail(renewed.error());
    is_held_ = *renewed;
  }
  if (!is_held_) {
    const auto taken = take();
    if (!taken || !*taken) return taken;
  }
  return true;
}

Result<bool> RedisLease::renew() {
  const auto reply = client_.call({"EVAL", kRenew, "1", key_, holder_, kLeaseMs});
  if (!reply) return fail(reply.error());
  if ((*reply)->type == REDIS_REPLY_ERROR) return fail(refused(**reply));
  renew_at_us_ = clock_.mono_us() + kRenewUs;
  return (*reply)->integer == 1;
}

Result<bool> RedisLease::take() {
  const auto reply = client_.call({"SET", key_, holder_, "NX", "PX", kLeaseMs});
  if (!reply) return fail(reply.error());
  if ((*reply)->type == REDIS_REPLY_NIL) return take_over();
  if ((*reply)->type == REDIS_REPLY_ERROR) {
    if (refusal_of(text_of(**reply)) != Refusal::kFull) return fail(refused(**reply));
    // No room for the key. Draining makes room, so we read all the same unless somebody else does.
    const auto holder = client_.call({"GET", key_});
    if (!holder) return fail(holder.error());
    return (*holder)->type == REDIS_REPLY_NIL || text_of(**holder) == holder_;
  }
  is_held_ = true;
  renew_at_us_ = clock_.mono_us() + kRenewUs;
  return true;
}

Result<bool> RedisLease::take_over() {
  const auto reply = client_.call({"GET", key_});
  if (!reply) return fail(reply.error());
  if ((*reply)->type != REDIS_REPLY_STRING) return false;
  const std::string holder(text_of(**reply));
  if (holder != holder_ && !is_holder_gone(holder)) return false;

  const auto taken = client_.call({"EVAL", kTakeOver, "1", key_, holder, holder_, kLeaseMs});
  if (!taken) return fail(taken.error());
  if ((*taken)->type == REDIS_REPLY_ERROR) {
    // The holder is gone for sure: without room for our own name we read without a lease.
    if (refusal_of(text_of(**taken)) == Refusal::kFull) return true;
    return fail(refused(**taken));
  }
  is_held_ = (*taken)->integer == 1;
  renew_at_us_ = clock_.mono_us() + kRenewUs;
  return is_held_;
}

}  // namespace penstock::queue
