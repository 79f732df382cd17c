#include "queue/redis/client.h"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <utility>
#include <vector>

#include <hiredis.h>
#include <sys/time.h>

#include "base/log.h"
#include "base/text.h"
#include "queue/redis/reply.h"

namespace penstock::queue {
namespace {

constexpr std::int64_t kBackoffFirstUs = 50'000;
constexpr std::int64_t kBackoffLastUs = 5'000'000;

timeval to_timeval(std::int64_t ms) { return {ms / 1000, ms % 1000 * 1000}; }

}  // namespace

void RedisClient::FreeReply::operator()(redisReply* reply) const noexcept {
  freeReplyObject(reply);
}

void RedisClient::FreeContext::operator()(redisContext* context) const noexcept {
  redisFree(context);
}

RedisClient::RedisClient(const RedisOptions& options, const Clock& clock)
    : options_(options), clock_(clock), random_(Random::from_system()) {
  // hiredis writes to a socket that the server may have closed.
  std::signal(SIGPIPE, SIG_IGN);
}

RedisClient::~RedisClient() = default;

Result<RedisClient::Reply> RedisClient::call(Arguments arguments) {
  PENSTOCK_TRY(connect());
  return exchange(arguments);
}

Result<void> RedisClient::connect() {
  if (context_) return {};
  if (clock_.mono_us() < retry_at_us_) {
    return fail(ErrorCode::kDisconnected, "wait before Redis is tried again");
  }
  const RedisAddress& address = options_.address;
  const timeval timeout = to_timeval(options_.timeout_ms);
  context_.reset(address.unix_path.empty()
                     ? redisConnectWithTimeout(address.host.c_str(), address.port, timeout)
                     : redisConnectUnixWithTimeout(address.unix_path.c_str(), timeout));
  if (!context_ || context_->err != 0) return fail(lost(errno, "connect to Redis"));
  redisSetTimeout(context_.get(), timeout);
  return greet();
}

Result<void> RedisClient::greet() {
  const RedisAddress& address = options_.address;
  is_greeting_ = true;
  const auto check = [this](std::span<const std::string_view> arguments,
                            const char* step) -> Result<void> {
    const auto reply = exchange(arguments);
    if (!reply) return fail(reply.error());
    if ((*reply)->type != REDIS_REPLY_ERROR) return {};
    lost(0, step);
    return fail(ErrorCode::kConfiguration, step);
  };
  if (!address.password.empty()) {
    std::vector<std::string_view> auth = {"AUTH"};
    if (!address.user.empty()) auth.push_back(address.user);
    auth.push_back(address.password);
    PENSTOCK_TRY(check(auth, "authenticate to Redis"));
  }
  if (address.database != 0) {
    const std::string database = str_cat(address.database);
    const std::string_view select[] = {"SELECT", database};
    PENSTOCK_TRY(check(select, "select the Redis database"));
  }
  is_greeting_ = false;
  return {};
}

Result<RedisClient::Reply> RedisClient::exchange(Arguments arguments) {
  std::vector<const char*> texts;
  std::vector<std::size_t> sizes;
  for (const std::string_view argument : arguments) {
    texts.push_back(argument.data() != nullptr ? argument.data() : "");
    sizes.push_back(argument.size());
  }
  Reply reply(static_cast<redisReply*>(redisCommandArgv(
      context_.get(), static_cast<int>(texts.size()), texts.data(), sizes.data())));
  // A late reply cannot be told from the next one's: the connection is done for.
  if (!reply) return fail(lost(errno, "talk to Redis"));
  // Only now: a server that hangs accepts connections all the same.
  if (!is_greeting_) {
    if (failures_ > 0) log_info("redis", "connected", {{"to", options_.address.text()}});
    failures_ = 0;
  }
  return reply;
}

Error RedisClient::lost(std::int64_t native, const char* step) {
  const Error error{ErrorCode::kDisconnected, native, step};
  if (failures_ == 0) {
    const char* detail = context_ ? context_->errstr : "";
    log_warn("redis", "not connected",
             {{"to", options_.address.text()}, {"error", to_text(error)}, {"detail", detail}});
  }
  context_.reset();
  const std::int64_t longest_us =
      std::min(kBackoffFirstUs << std::min<std::uint32_t>(failures_, 10), kBackoffLastUs);
  const auto jitter = random_.below(static_cast<std::uint64_t>(longest_us / 2 + 1));
  retry_at_us_ = clock_.mono_us() + longest_us / 2 + static_cast<std::int64_t>(jitter);
  ++failures_;
  return error;
}

}  // namespace penstock::queue
