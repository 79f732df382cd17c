// A Redis command whose error reply is an error.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

#include "base/error.h"
#include "queue/redis/client.h"

namespace penstock::queue {

// As RedisClient::call, but an error reply fails with what it means for a queue (redis_reply.h) and
// is logged with `step`.
Result<RedisClient::Reply> sidekiq_call(RedisClient& client, RedisClient::Arguments arguments,
                                        const char* step);
inline Result<RedisClient::Reply> sidekiq_call(RedisClient& client,
                                               std::initializer_list<std::string_view> arguments,
                                               const char* step) {
  return sidekiq_call(client, RedisClient::Arguments(arguments.begin(), arguments.size()), step);
}

// Seconds as a sorted set's score: "1795515837.312".
std::string sidekiq_score(std::int64_t ms);

}  // namespace penstock::queue
