// Commands of the dead letters' parts, whose error replies are errors. Nothing is logged: whoever
// asked for it is told.
#pragma once

#include <initializer_list>

#include "base/error.h"
#include "queue/redis/client.h"

namespace penstock::queue {

// As RedisClient::call, but an error reply fails with what it means for a queue (redis_reply.h).
Result<RedisClient::Reply> redis_call(RedisClient& client, RedisClient::Arguments arguments,
                                      const char* step);
inline Result<RedisClient::Reply> redis_call(RedisClient& client,
                                             std::initializer_list<std::string_view> arguments,
                                             const char* step) {
  return redis_call(client, RedisClient::Arguments(arguments.begin(), arguments.size()), step);
}

// Of a command that puts a message back: its error says when Redis is full.
Result<RedisClient::Reply> redis_push(RedisClient& client, RedisClient::Arguments arguments);
inline Result<RedisClient::Reply> redis_push(RedisClient& client,
                                             std::initializer_list<std::string_view> arguments) {
  return redis_push(client, RedisClient::Arguments(arguments.begin(), arguments.size()));
}

}  // namespace penstock::queue
