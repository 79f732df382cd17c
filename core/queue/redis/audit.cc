#include "queue/redis/audit.h"

#include <algorithm>
#include <cctype>
#include <set>
#include <string_view>
#include <utility>

#include <hiredis.h>

#include "base/random.h"
#include "base/text.h"
#include "queue/redis/keys.h"
#include "queue/redis/reply.h"
#include "queue/redis/server_info.h"

namespace penstock::queue {
namespace {

// Each with few words, of which "%" is a key that nobody else uses. What an earlier one left there
// may be of the wrong type for a later one: whether it is allowed is judged before that.
constexpr std::string_view kNative[] = {
    "LPUSH % x",   "PEXPIRE % 60000", "LRANGE % 0 -1",      "LTRIM % 0 -1", "LLEN %",
    "LINDEX % -1", "LPOS % x",        "LREM % 1 y",         "EXISTS %",     "TYPE %",
    "HSET % f x",  "HMGET % f",       "EVAL return(1) 1 %", "GET %",        "SET % x PX 60000",
};
constexpr std::string_view kSidekiq[] = {
    "SADD % x",
    "SREM % x",
    "SCARD %",
    "SMEMBERS %",
    "HEXISTS % f",
    "EXPIRE % 60",
    "INCRBY % 1",
    "RPOP %",
    "ZCARD %",
    "ZADD % 1 x",
    "ZSCORE % x",
    "ZRANGE % 0 0",
    "ZREM % x",
    "ZRANGEBYSCORE % 0 0",
    "PING",
    "ZREMRANGEBYSCORE % 0 0",
    "PEXPIRE % 60000",
    "ZREMRANGEBYRANK % 0 0",
};
// What is done without where it is refused.
constexpr std::string_view kBesides[] = {"blmove",      "evalsha", "hvals",      "info",
                                         "script|load", "select",  "srandmember"};

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return out;
}

std::vector<std::string_view> words_of(std::string_view line, std::string_view key) {
  std::vector<std::string_view> words;
  while (!line.empty()) {
    const std::size_t space = std::min(line.find(' '), line.size());
    const std::string_view word = line.substr(0, space);
    words.push_back(word == "%" ? key : word);
    line.remove_prefix(std::min(space + 1, line.size()));
  }
  return words;
}

std::string_view error_of(const redisReply& reply) {
  return reply.type == REDIS_REPLY_ERROR ? std::string_view(reply.str, reply.len)
                                         : std::string_view();
}

class Audit {
 public:
  Audit(RedisClient& client, const RedisOptions& options)
      : client_(client),
        options_(options),
        user_(options.address.user.empty() ? "default" : options.address.user) {}

  Result<std::vector<RedisLack>> run() {
    const auto info = client_.call({"INFO"});
    if (!info) return fail(info.error());
    if ((*info)->type == REDIS_REPLY_STRING) {
      judge_info({(*info)->str, (*info)->len});
    } else {
      lacks("it does not tell how it is set", str_cat("ACL SETUSER ", user_, " +info"));
    }
    PENSTOCK_TRY(judge_sync());
    PENSTOCK_TRY(judge_default_user());
    if (!is_replica_) PENSTOCK_TRY(try_commands());  // Which it would refuse.
    return std::move(lacks_);
  }

 private:
  void lacks(std::string what, std::string fix) {
    lacks_.push_back({std::move(what), std::move(fix)});
  }

  void judge_info(std::string_view info) {
    is_replica_ = is_replica(info);
    if (is_replica_) {
      lacks("it is a replica: what it takes is lost when it is synced again",
            "let queue.url lead to its master");
    }
    if (is_forgetful(info)) {
      lacks("it keeps no append-only file: a restart loses events that were answered",
            "CONFIG SET appendonly yes");
    }
    const std::string_view limit = info_value(info, "maxmemory");
    if (limit.empty() || limit == "0") {
      lacks(
          "it has no maxmemory: the system ends it when memory runs out, instead of the spool "
          "taking over",
          "CONFIG SET maxmemory 256mb");
    }
    const std::string_view policy = info_value(info, "maxmemory_policy");
    if (!policy.empty() && policy != "noeviction") {
      lacks(str_cat("it evicts (", policy, "): events that were answered are lost at maxmemory"),
            "CONFIG SET maxmemory-policy noeviction");
    }
  }

  // Not told by INFO; whoever may not ask is not told.
  Result<void> judge_sync() {
    const auto reply = client_.call({"CONFIG", "GET", "appendfsync"});
    if (!reply) return fail(reply.error());
    if ((*reply)->type != REDIS_REPLY_ARRAY || (*reply)->elements != 2) return {};
    const redisReply& value = *(*reply)->element[1];
    if (std::string_view(value.str, value.len) == "no") {
      lacks("it leaves it to the system when the append-only file is synced",
            "CONFIG SET appendfsync everysec (or always)");
    }
    return {};
  }

  // Redis reads its append-only file as that user, and leaves out what he may not do in a
  // transaction, as our scripts are: what was stored comes again. Also where nobody can sign in so.
  Result<void> judge_default_user() {
    const auto reply = client_.call({"ACL", "GETUSER", "default"});
    if (!reply) return fail(reply.error());
    if ((*reply)->type != REDIS_REPLY_ARRAY) return {};
    for (std::size_t i = 0; i + 1 < (*reply)->elements; i += 2) {
      const redisReply& name = *(*reply)->element[i];
      const redisReply& value = *(*reply)->element[i + 1];
      if (name.str == nullptr || value.str == nullptr) continue;
      if (std::string_view(name.str, name.len) != "commands") continue;
      if (std::string_view(value.str, value.len).starts_with("+@all")) continue;
      lacks("its user default may not do all: a restart reads only a part of the append-only file",
            "ACL SETUSER default ~* &* +@all (it may be off, and have no password)");
    }
    return {};
  }

  Result<void> try_commands() {
    const std::string key =
        RedisKeys(options_.key).working(str_cat("check-", Random::from_system().next()));
    for (const std::string_view line : kNative) PENSTOCK_TRY(try_command(line, key));
    if (!options_.sidekiq_queue.empty()) {
      for (const std::string_view line : kSidekiq) PENSTOCK_TRY(try_command(line, key));
    }
    // Named by the script that puts dead letters back, whatever the format.
    PENSTOCK_TRY(try_command("EVAL return(1) 1 %", "queues"));
    return try_command("DEL %", key);
  }

  Result<void> try_command(std::string_view line, std::string_view key) {
    const auto reply = client_.call(words_of(line, key));
    if (!reply) return fail(reply.error());
    const std::string_view error = error_of(**reply);
    const std::string name(line.substr(0, line.find(' ')));
    if (error.starts_with("NOPERM")) {
      if (error.find("to run the") != std::string_view::npos) {
        lacks(str_cat("user ", user_, " may not ", name),
              str_cat("ACL SETUSER ", user_, " +", lower(name)));
      } else if (!std::exchange(is_key_told_, true)) {
        lacks(str_cat("user ", user_, " may not use the key ", key),
              str_cat("ACL SETUSER ", user_, " ~", options_.key, "* ~queues"));
      }
    } else if (error.starts_with("OOM")) {
      lacks("it is full", "CONFIG SET maxmemory to more than it is");
    } else if (error.starts_with("MISCONF")) {
      lacks(str_cat("it takes no writes: ", error), "make room on its disk, or see its log");
    }
    return {};
  }

  RedisClient& client_;
  const RedisOptions& options_;
  const std::string user_;
  std::vector<RedisLack> lacks_;
  bool is_replica_ = false;
  bool is_key_told_ = false;
};

}  // namespace

Result<std::vector<RedisLack>> audit_redis(RedisClient& client, const RedisOptions& options) {
  return Audit(client, options).run();
}

std::string redis_acl_commands() {
  std::set<std::string> names(std::begin(kBesides), std::end(kBesides));
  for (const std::string_view line : kNative) names.insert(lower(line.substr(0, line.find(' '))));
  for (const std::string_view line : kSidekiq) names.insert(lower(line.substr(0, line.find(' '))));
  names.insert("del");
  std::string out = "-@all";
  for (const std::string& name : names) out += str_cat(" +", name);
  return out;
}

}  // namespace penstock::queue
