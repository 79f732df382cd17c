// What a Redis lacks for being a queue that loses nothing, for a person who sets one up. Nothing of
// this is on an event's way.
#pragma once

#include <string>
#include <vector>

#include "base/error.h"
#include "queue/redis/client.h"
#include "queue/redis/options.h"

namespace penstock::queue {

struct RedisLack {
  std::string what;  // A sentence.
  std::string fix;   // What to type in redis-cli, or to change.
};

// Asks for INFO and CONFIG, and tries each command that `options` need at a key of its own, which
// is removed again. Empty: nothing is lacking. An error where it cannot be asked at all.
Result<std::vector<RedisLack>> audit_redis(RedisClient& client, const RedisOptions& options);

// The rules of an ACL user that may do what the programs do, in both formats, and nothing else:
// "-@all +blmove +del …".
std::string redis_acl_commands();

}  // namespace penstock::queue
