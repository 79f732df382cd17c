// Which worker has a Redis list, by its lease and what it shows of its claim: for people.
#pragma once

#include <string>
#include <vector>

#include "base/error.h"
#include "queue/contract/look.h"
#include "queue/redis/client.h"

namespace penstock::queue {

// One, or none where nobody has it. Borrows `client`.
Result<std::vector<SeenWorker>> read_holder(RedisClient& client, const std::string& key);

}  // namespace penstock::queue
