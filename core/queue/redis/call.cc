#include "queue/redis/call.h"

#include <hiredis.h>

#include "queue/redis/reply.h"

namespace penstock::queue {

Result<RedisClient::Reply> redis_call(RedisClient& client, RedisClient::Arguments arguments,
                                      const char* step) {
  auto reply = client.call(arguments);
  if (!reply || (*reply)->type != REDIS_REPLY_ERROR) return reply;
  return fail(to_error(refusal_of({(*reply)->str, (*reply)->len}), step));
}

Result<RedisClient::Reply> redis_push(RedisClient& client, RedisClient::Arguments arguments) {
  auto reply = client.call(arguments);
  if (!reply || (*reply)->type != REDIS_REPLY_ERROR) return reply;
  const std::string_view text((*reply)->str, (*reply)->len);
  // A script's error may name the script before the reason.
  if (refusal_of(text) == Refusal::kFull || text.find("OOM ") != std::string_view::npos) {
    return fail(ErrorCode::kOverloaded, "put a dead letter back: Redis is full");
  }
  return fail(to_error(refusal_of(text), "put a dead letter back"));
}

}  // namespace penstock::queue
