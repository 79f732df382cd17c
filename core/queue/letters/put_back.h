// Takes messages that were set aside back to the end of the queue.
#pragma once

#include <functional>
#include <span>
#include <string_view>

#include "base/clock.h"
#include "base/error.h"
#include "queue/contract/options.h"
#include "queue/redis/client.h"
#include "queue/redis/options.h"

namespace penstock::queue {

// The messages are durable when it returns, as if a producer had submitted them. After an error
// they may be delivered all the same. kOverloaded: the queue is full.
using PutBack = std::function<Result<void>(std::span<const std::string_view> messages)>;

// Writes a segment in an instance of its own, so that no lock of intake or worker is needed. As
// root it writes as the folder's owner, whose worker has to read and remove it. Borrows `clock`.
PutBack put_back_to_spool(const SpoolOptions& options, const Clock& clock);

// Borrows `client`.
PutBack put_back_to_redis(const RedisOptions& options, RedisClient& client);

}  // namespace penstock::queue
