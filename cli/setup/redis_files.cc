#include "cli/setup/redis_files.h"

#include <algorithm>
#include <cctype>

#include "base/text.h"
#include "queue/redis/audit.h"

namespace penstock::cli {

std::string redis_configuration(const OwnRedis& redis) {
  return str_cat(
      "# Written by `penstock setup redis`, for penstock-redis.service. Redis holds Penstock's\n"
      "# queue and nothing else.\n"
      "port 0\n"
      "unixsocket ",
      kOwnRedisSocket,
      "\n"
      "# Whom the folder lets in: the programs and group penstock.\n"
      "unixsocketperm 770\n"
      "dir /var/lib/penstock-redis\n"
      "\n"
      "# What is acknowledged is on disk: `always` before it is answered, `everysec` a second "
      "after.\n"
      "appendonly yes\n"
      "appendfsync ",
      redis.appendfsync,
      "\n"
      "save \"\"\n"
      "\n"
      "# Full, it refuses, and the spool takes over; it never throws events away.\n"
      "maxmemory ",
      redis.maxmemory,
      "\n"
      "maxmemory-policy noeviction\n"
      "\n"
      "# One user, that may do what Penstock does. Nobody can be the other one, but Redis reads "
      "its\n"
      "# append-only file by its rights: without them it leaves every transaction out.\n"
      "user default off resetpass ~* &* +@all\n"
      "user ",
      kOwnRedisUser, " on >", redis.password, " ~* resetchannels ", queue::redis_acl_commands(),
      "\n");
}

std::string redis_settings(const OwnRedis& redis) {
  return str_cat(
      "# Written by `penstock setup redis`. Without this file events go to the spool again.\n"
      "[queue]\n"
      "url = \"redis+unix://",
      kOwnRedisUser, ":", redis.password, "@", kOwnRedisSocket, "?db=0\"\n");
}

bool is_memory_size(const std::string& text) {
  const auto unit = std::find_if_not(text.begin(), text.end(),
                                     [](unsigned char c) { return std::isdigit(c) != 0; });
  const std::string name(unit, text.end());
  const auto number = parse_int(std::string(text.begin(), unit));
  return number && *number > 0 && (name.empty() || name == "kb" || name == "mb" || name == "gb");
}

}  // namespace penstock::cli
