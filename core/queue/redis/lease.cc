#include "queue/redis/lease.h"

#include <cerrno>
#include <csignal>
#include <limits>
#include <utility>

#include <hiredis.h>
#include <unistd.h>

#include "base/text.h"
#include "queue/redis/call.h"

namespace penstock::queue {
namespace {

constexpr RedisScript kRenew{
    "if redis.call('GET', KEYS[1]) == ARGV[1] then "
    "return redis.call('PEXPIRE', KEYS[1], ARGV[2]) end return 0"};
// A script that has deleted something may write in a Redis that is full, too.
constexpr RedisScript kTake{
    "if redis.call('EXISTS', KEYS[1]) == 1 then return 0 end "
    "if redis.pcall('SET', KEYS[1], ARGV[1], 'PX', ARGV[2]).err then redis.call('DEL', KEYS[1]) "
    "redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2]) end return 1"};
constexpr RedisScript kTakeOver{
    "if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end "
    "if redis.pcall('SET', KEYS[1], ARGV[2], 'PX', ARGV[3]).err then redis.call('DEL', KEYS[1]) "
    "redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3]) end return 1"};
constexpr RedisScript kGiveBack{
    "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0"};

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
  if (is_held_) static_cast<void>(client_.run(kGiveBack, {key_}, {holder_}));
}

Result<bool> RedisLease::hold() {
  if (is_held_ && clock_.mono_us() < renew_at_us_) return true;
  if (is_held_) {
    const auto renewed = renew();
    if (!renewed || *renewed) return renewed;
  }
  return take();
}

Result<bool> RedisLease::renew() { return run(kRenew, {holder_, str_cat(kLeaseMs)}); }

Result<bool> RedisLease::take() {
  const auto taken = run(kTake, {holder_, str_cat(kLeaseMs)});
  if (!taken || *taken) return taken;
  return take_over();
}

Result<bool> RedisLease::take_over() {
  const auto reply = client_.call({"GET", key_});
  if (!reply) return fail(reply.error());
  if ((*reply)->type != REDIS_REPLY_STRING) return false;
  const std::string holder((*reply)->str, (*reply)->len);
  if (holder != holder_ && !is_holder_gone(holder)) return false;
  return run(kTakeOver, {holder, holder_, str_cat(kLeaseMs)});
}

// Whether we hold it then.
Result<bool> RedisLease::run(const RedisScript& script, RedisClient::Words arguments) {
  const std::string_view keys[] = {key_};
  const auto reply = redis_ok(
      client_.run(script, keys, RedisClient::Arguments(arguments.begin(), arguments.size())),
      "take the lease of the Redis list");
  if (!reply) return fail(reply.error());
  is_held_ = (*reply)->integer == 1;
  renew_at_us_ = clock_.mono_us() + kRenewMs * 1'000;
  return is_held_;
}

}  // namespace penstock::queue
