// Who of several workers reads a Redis list: a key that expires, renewed by the one that holds it.
//
// It spares work and nothing rests on it: a release checks what it removes (redis_consumer.h), so
// two holders at once would store some events twice, which their ids make harmless. A Redis that is
// full has room for it all the same.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/error.h"
#include "queue/redis/client.h"

namespace penstock::queue {

class RedisLease {
 public:
  // Without a hold() for longer, another may take it.
  static constexpr std::int64_t kLeaseMs = 10'000;
  // How often hold() renews it.
  static constexpr std::int64_t kRenewMs = 3'000;

  // Borrows both. `holder` names us: "HOST:PID:NONCE". A holder of this host whose process has
  // ended is not waited for.
  RedisLease(RedisClient& client, const Clock& clock, std::string key, std::string holder);
  RedisLease(const RedisLease&) = delete;
  RedisLease& operator=(const RedisLease&) = delete;
  ~RedisLease();

  // Takes or renews it. False: another holder has it. Two leases of one holder are one.
  Result<bool> hold();

 private:
  Result<bool> renew();
  Result<bool> take();
  Result<bool> take_over();
  Result<bool> run(const RedisScript& script, RedisClient::Words arguments);

  RedisClient& client_;
  const Clock& clock_;
  const std::string key_;
  const std::string holder_;
  bool is_held_ = false;
  std::int64_t renew_at_us_ = 0;
};

// Whether "HOST:PID:NONCE" is a process of this host that has ended.
bool is_holder_gone(std::string_view holder);

}  // namespace penstock::queue
