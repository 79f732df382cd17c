#include "queue/redis/inspector.h"

#include <hiredis.h>

#include "base/bytes.h"
#include "base/text.h"
#include "queue/redis/call.h"
#include "queue/redis/consumer.h"
#include "queue/redis/keys.h"
#include "queue/redis/server_info.h"

namespace penstock::queue {
namespace {

constexpr RedisScript kPeek{
    "local n_max, bytes_max = tonumber(ARGV[1]), tonumber(ARGV[2]) "
    "local out, bytes = {}, 0 "
    "for n = 1, n_max do local m = redis.call('LINDEX', KEYS[1], -n) "
    "if not m then break end bytes = bytes + #m "
    "if n > 1 and bytes > bytes_max then break end out[n] = m end return out"};

}  // namespace

RedisInspector::RedisInspector(const RedisOptions& options, const SpoolOptions& spool,
                               const Clock& clock)
    : options_(options), clock_(clock), client_(options, clock), dead_letters_(spool.path) {}

Result<QueueState> RedisInspector::state() {
  return read_redis_state(client_, options_.key, clock_);
}

Result<std::uint64_t> RedisInspector::count(std::initializer_list<std::string_view> command) {
  const auto reply = redis_ok(client_.call(command), "count the dead letters");
  if (!reply) return fail(reply.error());
  return static_cast<std::uint64_t>((*reply)->integer);
}

Result<std::uint64_t> RedisInspector::dead_letters() {
  const auto in_file = dead_letters_.count();
  if (!in_file) return fail(in_file.error());
  const auto in_list = count({"LLEN", RedisKeys(options_.key).dead()});
  if (!in_list || options_.sidekiq_queue.empty()) return in_list ? *in_file + *in_list : in_list;
  const auto in_set = count({"ZCARD", "dead"});
  return in_set ? *in_file + *in_list + *in_set : in_set;
}

Result<std::vector<std::string>> RedisInspector::warnings() {
  const auto info = client_.call({"INFO"});
  if (!info) return fail(info.error());
  // It may be forbidden to ask.
  auto warnings = (*info)->type == REDIS_REPLY_STRING ? redis_warnings({(*info)->str, (*info)->len})
                                                      : std::vector<std::string>();
  const auto type = client_.call({"TYPE", options_.key});
  if (!type) return fail(type.error());
  const std::string_view name((*type)->str, (*type)->len);
  if ((*type)->type == REDIS_REPLY_STATUS && name != "list" && name != "none") {
    warnings.push_back(str_cat("the key ", options_.key, " holds a ", name,
                               ", not a list: set another queue.key, or remove it"));
  }
  return warnings;
}

Result<std::vector<WaitingMessage>> RedisInspector::peek(std::size_t messages_max,
                                                         std::size_t bytes_max) {
  const auto reply =
      redis_ok(client_.run(kPeek, {options_.key}, {str_cat(messages_max), str_cat(bytes_max)}),
               "look into the Redis list");
  if (!reply) return fail(reply.error());
  std::vector<WaitingMessage> waiting;
  for (std::size_t i = 0; i < (*reply)->elements; ++i) {
    WaitingMessage& one = waiting.emplace_back();
    one.message.assign((*reply)->element[i]->str, (*reply)->element[i]->len);
    one.at_ms = received_at_of(one.message);
    reserve_padding(one.message);
  }
  return waiting;
}

}  // namespace penstock::queue
