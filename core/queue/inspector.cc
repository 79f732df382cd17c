#include "queue/inspector.h"

#include <hiredis.h>

#include "queue/redis_consumer.h"
#include "queue/redis_reply.h"

namespace penstock::queue {

SpoolInspector::SpoolInspector(const SpoolOptions& options, const Clock& clock)
    : clock_(clock), census_(options.path), dead_letters_(options.path) {}

Result<QueueState> SpoolInspector::state() { return census_.state(clock_.wall_ms()); }

Result<std::uint64_t> SpoolInspector::dead_letters() { return dead_letters_.count(); }

RedisInspector::RedisInspector(const RedisOptions& options, const SpoolOptions& spool,
                               const Clock& clock)
    : options_(options), clock_(clock), client_(options, clock), dead_letters_(spool.path) {}

Result<QueueState> RedisInspector::state() {
  return read_redis_state(client_, options_.key, clock_);
}

Result<std::uint64_t> RedisInspector::count(std::initializer_list<std::string_view> command) {
  const auto reply = client_.call(command);
  if (!reply) return fail(reply.error());
  if ((*reply)->type != REDIS_REPLY_INTEGER) {
    return fail(to_error(refusal_of({(*reply)->str, (*reply)->len}), "count the dead letters"));
  }
  return static_cast<std::uint64_t>((*reply)->integer);
}

Result<std::uint64_t> RedisInspector::dead_letters() {
  const auto in_file = dead_letters_.count();
  if (!in_file) return fail(in_file.error());
  const auto in_list = count({"LLEN", options_.key + ":dead"});
  if (!in_list || options_.sidekiq_queue.empty()) return in_list ? *in_file + *in_list : in_list;
  const auto in_set = count({"ZCARD", "dead"});
  return in_set ? *in_file + *in_list + *in_set : in_set;
}

}  // namespace penstock::queue
