// What an error reply means for a queue.
#pragma once

#include "base/error.h"
#include "queue/redis/client.h"

namespace penstock::queue {

// The reply; an error reply fails with what it means (reply.h). Nothing is logged: whoever asked is
// told.
Result<RedisClient::Reply> redis_ok(Result<RedisClient::Reply> reply, const char* step);

// The same where nobody is told: an error reply is logged.
Result<RedisClient::Reply> redis_ok_or_log(Result<RedisClient::Reply> reply, const char* step);

// Of what puts a message back: its error says when Redis is full.
Result<RedisClient::Reply> redis_put_back(Result<RedisClient::Reply> reply);

}  // namespace penstock::queue
