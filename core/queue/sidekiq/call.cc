#include "queue/sidekiq/call.h"

#include <hiredis.h>

#include "base/log.h"
#include "base/text.h"
#include "event/sidekiq/time.h"
#include "queue/redis/reply.h"

namespace penstock::queue {

Result<RedisClient::Reply> sidekiq_call(RedisClient& client, RedisClient::Arguments arguments,
                                        const char* step) {
  auto reply = client.call(arguments);
  if (!reply || (*reply)->type != REDIS_REPLY_ERROR) return reply;
  const std::string_view text((*reply)->str, (*reply)->len);
  log_warn("sidekiq", "Redis refuses", {{"step", step}, {"error", utf8_prefix(text, 200)}});
  return fail(to_error(refusal_of(text), step));
}

std::string sidekiq_score(std::int64_t ms) {
  std::string score;
  event::append_sidekiq_time(score, ms);
  return score;
}

}  // namespace penstock::queue
