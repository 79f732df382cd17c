// A blocking connection to Redis for the worker and the console: connects when it is needed, with
// back-off, and gives every call a deadline.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <span>
#include <string_view>

#include "base/clock.h"
#include "base/error.h"
#include "base/random.h"
#include "queue/contract/options.h"

struct redisContext;
struct redisReply;

namespace penstock::queue {

class RedisClient {
 public:
  struct FreeReply {
    void operator()(redisReply* reply) const noexcept;
  };
  using Reply = std::unique_ptr<redisReply, FreeReply>;
  using Arguments = std::span<const std::string_view>;

  // Borrows `clock`. Connects with the first call.
  RedisClient(const RedisOptions& options, const Clock& clock);
  RedisClient(const RedisClient&) = delete;
  RedisClient& operator=(const RedisClient&) = delete;
  ~RedisClient();

  // kDisconnected: not now; also for as long as the back-off lasts, at once. kConfiguration where
  // Redis refuses who we are. An error reply is a reply.
  Result<Reply> call(Arguments arguments);
  Result<Reply> call(std::initializer_list<std::string_view> arguments) {
    return call(Arguments(arguments.begin(), arguments.size()));
  }

 private:
  struct FreeContext {
    void operator()(redisContext* context) const noexcept;
  };
  Result<void> connect();
  Result<void> greet();
  Result<Reply> exchange(Arguments arguments);
  Error lost(std::int64_t native, const char* step);

  const RedisOptions options_;
  const Clock& clock_;
  Random random_;
  std::unique_ptr<redisContext, FreeContext> context_;
  std::int64_t retry_at_us_ = 0;
  std::uint32_t failures_ = 0;
  bool is_greeting_ = false;
};

}  // namespace penstock::queue
