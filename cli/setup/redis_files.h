// What `penstock setup redis` writes: a Redis of our own that loses nothing it has acknowledged,
// and a user of it that may do nothing else than what the programs do.
#pragma once

#include <string>

namespace penstock::cli {

struct OwnRedis {
  std::string maxmemory = "256mb";     // As Redis reads it.
  std::string appendfsync = "always";  // Or "everysec".
  std::string password;                // Letters and digits.
};

inline constexpr const char* kOwnRedisUser = "penstock";
inline constexpr const char* kOwnRedisSocket = "/run/penstock-redis/redis.sock";

// redis.conf for systemd/penstock-redis.service.
std::string redis_configuration(const OwnRedis& redis);

// conf.d/50-redis.toml: the programs' way to it.
std::string redis_settings(const OwnRedis& redis);

// Whether Redis takes it for a maxmemory that holds anything: "256mb", "2gb", "1073741824".
bool is_memory_size(const std::string& text);

}  // namespace penstock::cli
