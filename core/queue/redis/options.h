// What a Redis queue needs to know, from its URL and [queue].
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.h"
#include "queue/contract/options.h"
#include "tls/client_context.h"

namespace penstock::queue {

// "redis://[user:pass@]host:port/db", the same with "rediss://" for TLS, "redis+unix:///path?db=0".
// Percent-decoded.
struct RedisAddress {
  std::string host;
  std::uint16_t port = 6379;
  std::string unix_path;  // Not empty: a unix socket; host and port are unused.
  std::string user;
  std::string password;
  std::uint32_t database = 0;
  bool is_tls = false;

  // For logs: without user and password.
  std::string text() const;
};

// kConfiguration with a step that says which part is wrong.
Result<RedisAddress> parse_redis_url(std::string_view url);

struct RedisOptions {
  RedisAddress address;
  tls::ClientFiles tls;
  std::string key = "penstock:events";  // With Sidekiq's format: "queue:" and the queue's name.
  std::string sidekiq_queue;            // Not empty: also SADD queues, with every push.
  std::int64_t timeout_ms = 2'000;
  std::uint32_t memory_percent_max = 80;
  bool refuses_eviction = false;  // A Redis that evicts is not pushed to; the spool is used.
};

// As parse_redis_url().
Result<RedisOptions> redis_options(const QueueOptions& options);

}  // namespace penstock::queue
