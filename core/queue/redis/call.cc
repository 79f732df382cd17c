#include "queue/redis/call.h"

#include <hiredis.h>

#include "base/log.h"
#include "base/text.h"
#include "queue/redis/reply.h"

namespace penstock::queue {
namespace {

bool is_error(const Result<RedisClient::Reply>& reply) {
  return reply && (*reply)->type == REDIS_REPLY_ERROR;
}

std::string_view text_of(const Result<RedisClient::Reply>& reply) {
  return {(*reply)->str, (*reply)->len};
}

}  // namespace

Result<RedisClient::Reply> redis_ok(Result<RedisClient::Reply> reply, const char* step) {
  if (!is_error(reply)) return reply;
  return fail(to_error(text_of(reply), step));
}

Result<RedisClient::Reply> redis_ok_or_log(Result<RedisClient::Reply> reply, const char* step) {
  if (is_error(reply)) {
    log_warn("redis.refused_command", "refused",
             {{"step", step}, {"error", utf8_prefix(text_of(reply), 200)}});
  }
  return redis_ok(std::move(reply), step);
}

Result<RedisClient::Reply> redis_put_back(Result<RedisClient::Reply> reply) {
  if (is_error(reply) && refusal_of(text_of(reply)) == WriteRefusal::kFull) {
    return fail(to_error(text_of(reply), "put a dead letter back: Redis is full"));
  }
  return redis_ok(std::move(reply), "put a dead letter back");
}

}  // namespace penstock::queue
