// Where to connect, asked anew for every attempt.
//
// A fixed address is the only place of a plain Redis. Sentinels and clusters change theirs: what
// they tell is learnt beside the link and the client (a watcher asks the sentinels every second, a
// map is read again after a redirect), so that asking here never waits.
#pragma once

#include <memory>
#include <string_view>

#include "base/error.h"
#include "queue/redis/options.h"

namespace penstock::queue {

// Belongs to one link or one client.
class RedisTopology {
 public:
  virtual ~RedisTopology() = default;

  // Where the next attempt goes. An error, as where no sentinel has answered yet, fails the attempt
  // alone: the next one asks again.
  virtual Result<RedisAddress> next_address() = 0;

  // A server said that what we want is there (MOVED, ASK).
  virtual void on_redirect(const RedisAddress& to) = 0;

  // A server said that it is not, or no longer, the one to write to (READONLY, MASTERDOWN, …).
  virtual void on_failover() = 0;
};

// The address of the options.
std::unique_ptr<RedisTopology> fixed_topology(const RedisAddress& address);

// What a server's error reply says about where to go, told to the topology.
void learn_from_error(RedisTopology& topology, std::string_view error_text);

}  // namespace penstock::queue
