#include "queue/redis/client.h"

#include <algorithm>
#include <cerrno>
#include <utility>

#include <hiredis.h>
#include <sys/time.h>
#include <uv.h>

#include "base/log.h"
#include "base/static_text.h"
#include "base/text.h"
#include "queue/redis/reply.h"
#include "queue/redis/server_info.h"

namespace penstock::queue {
namespace {

constexpr std::int64_t kBackoffFirstUs = 50'000;
constexpr std::int64_t kBackoffLastUs = 5'000'000;

timeval to_timeval(std::int64_t ms) { return {ms / 1000, ms % 1000 * 1000}; }

std::string_view text_of(const redisReply& reply) { return {reply.str, reply.len}; }

bool is_error(const redisReply& reply, std::string_view word) {
  return reply.type == REDIS_REPLY_ERROR && text_of(reply).starts_with(word);
}

}  // namespace

void RedisClient::FreeReply::operator()(redisReply* reply) const noexcept {
  freeReplyObject(reply);
}

void RedisClient::FreeContext::operator()(redisContext* context) const noexcept {
  redisFree(context);
}

RedisClient::RedisClient(const RedisOptions& options, const Clock& clock, Resolver& resolver,
                         Connector& connector)
    : options_(options),
      clock_(clock),
      resolver_(resolver),
      connector_(connector),
      random_(Random::from_system()),
      topology_(fixed_topology(options.address)) {}

RedisClient::~RedisClient() = default;

Result<RedisClient::Reply> RedisClient::call(Arguments arguments, std::int64_t wait_ms) {
  due_us_ = clock_.mono_us() + options_.timeout_ms * 1000;
  PENSTOCK_TRY(connect());
  due_us_ += wait_ms * 1000;
  auto reply = exchange(arguments);
  if (!reply) return reply;
  if ((*reply)->type == REDIS_REPLY_ERROR) {
    const std::string_view text = text_of(**reply);
    learn_from_error(*topology_, text);
    if (refusal_of(text) == WriteRefusal::kNotHere) {
      // Another connection may lead to a server that can do it.
      lost({ErrorCode::kDisconnected, 0, "talk to this Redis", static_text(text)});
      return reply;
    }
  }
  // Only now: a server that hangs accepts connections all the same.
  if (failures_ > 0) log_info("redis", "connected", {{"to", address_text_}});
  failures_ = 0;
  dialer_->praise();
  return reply;
}

Result<RedisClient::Reply> RedisClient::run(const RedisScript& script, Arguments keys,
                                            Arguments arguments) {
  const auto name = name_of(script);
  if (!name) return fail(name.error());
  const std::string count = str_cat(keys.size());
  std::vector<std::string_view> words = {"EVALSHA", *name, count};
  words.insert(words.end(), keys.begin(), keys.end());
  words.insert(words.end(), arguments.begin(), arguments.end());
  if (!name->empty()) {
    auto reply = call(words);
    if (!reply || (!is_error(**reply, "NOSCRIPT") && !is_error(**reply, "NOPERM"))) return reply;
  }
  words[0] = "EVAL";
  words[1] = script.text;
  return call(words);
}

// "" where Redis does not want to tell.
Result<std::string> RedisClient::name_of(const RedisScript& script) {
  std::string& name = script_names_[script.text];
  if (!name.empty()) return name;
  const auto loaded = call({"SCRIPT", "LOAD", script.text});
  if (!loaded) return fail(loaded.error());
  if ((*loaded)->type == REDIS_REPLY_STRING) name = text_of(**loaded);
  return name;
}

Result<void> RedisClient::connect() {
  if (context_) return {};
  if (clock_.mono_us() < retry_at_us_) {
    return fail(*last_error_);
  }
  const auto address = topology_->next_address();
  if (!address) return fail(lost(address.error()));
  address_text_ = address->text();
  PENSTOCK_TRY(dial(*address));
  return greet(*address);
}

Result<void> RedisClient::dial(const RedisAddress& address) {
  if (!loop_) {
    loop_.emplace();
    dialer_.emplace(*loop_, resolver_, connector_);
  }
  uv_update_time(loop_->uv());  // It may not have run for a long time.
  std::optional<Result<std::unique_ptr<RedisWire>>> outcome;
  const auto dial = dialer_->dial(address, left_ms(), [&](auto wire) {
    outcome.emplace(std::move(wire));
    loop_->stop();
  });
  loop_->run();
  if (!*outcome) return fail(lost(outcome->error()));
  auto socket = (**outcome)->take_socket();
  if (!socket) return fail(lost(socket.error()));
  context_.reset(redisConnectFd(socket->release()));
  return {};
}

Result<void> RedisClient::greet(const RedisAddress& address) {
  is_greeting_ = true;
  const auto check = [this](Words arguments, const char* step) -> Result<Reply> {
    auto reply = exchange(Arguments(arguments.begin(), arguments.size()));
    if (!reply || (*reply)->type != REDIS_REPLY_ERROR) return reply;
    return fail(lost({ErrorCode::kConfiguration, 0, step, static_text(text_of(**reply))}));
  };
  constexpr const char* kSignIn = "authenticate to Redis";
  if (!address.password.empty() && address.user.empty()) {
    PENSTOCK_TRY(check({"AUTH", address.password}, kSignIn));
  } else if (!address.password.empty()) {
    PENSTOCK_TRY(check({"AUTH", address.user, address.password}, kSignIn));
  }
  if (address.database != 0) {
    PENSTOCK_TRY(check({"SELECT", str_cat(address.database)}, "select the Redis database"));
  }
  const std::string_view info[] = {"INFO", "server"};
  const auto server = exchange(info);
  if (!server) return fail(server.error());
  if ((*server)->type == REDIS_REPLY_STRING) {
    const std::string_view text = text_of(**server);
    if (const auto fit = check_version(text); !fit) {
      return fail(lost(fit.error()));
    }
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
  redisAppendCommandArgv(context_.get(), static_cast<int>(texts.size()), texts.data(),
                         sizes.data());
  return read_reply();
}

// A late reply cannot be told from the next one's: then the connection is done for.
Result<RedisClient::Reply> RedisClient::read_reply() {
  constexpr const char* kStep = "talk to Redis";
  int is_written = 0;
  while (is_written == 0) {
    if (left_ms() <= 0) return fail(lost(ETIMEDOUT, kStep));
    redisSetTimeout(context_.get(), to_timeval(left_ms()));
    if (redisBufferWrite(context_.get(), &is_written) != REDIS_OK) return fail(lost(errno, kStep));
  }
  while (true) {
    void* raw = nullptr;
    if (redisReaderGetReply(context_->reader, &raw) != REDIS_OK) {
      const char* words = static_text(context_->reader->errstr);
      return fail(lost({ErrorCode::kDisconnected, 0, kStep, words}));
    }
    if (raw != nullptr) return Reply(static_cast<redisReply*>(raw));
    if (left_ms() <= 0) return fail(lost(ETIMEDOUT, kStep));
    redisSetTimeout(context_.get(), to_timeval(left_ms()));
    if (redisBufferRead(context_.get()) != REDIS_OK) return fail(lost(errno, kStep));
    if (!is_greeting_) due_us_ = clock_.mono_us() + options_.timeout_ms * 1000;
  }
}

std::int64_t RedisClient::left_ms() const { return (due_us_ - clock_.mono_us()) / 1000; }

// errno says nothing where it was hiredis that found fault, as with the end of the connection.
Error RedisClient::lost(std::int64_t native, const char* step) {
  const bool is_own = context_ && context_->err != 0 && context_->err != REDIS_ERR_IO;
  if (is_own) return lost({ErrorCode::kDisconnected, 0, step, static_text(context_->errstr)});
  return lost({ErrorCode::kDisconnected, native, step});
}

Error RedisClient::lost(const Error& error) {
  if (failures_ == 0) {
    const auto log = error.code == ErrorCode::kConfiguration ? log_error : log_warn;
    log("redis", "not connected", {{"to", address_text_}, {"error", to_text(error)}});
  }
  last_error_ = error;
  if (context_) dialer_->blame();
  context_.reset();
  is_greeting_ = false;
  const std::int64_t longest_us =
      std::min(kBackoffFirstUs << std::min<std::uint32_t>(failures_, 10), kBackoffLastUs);
  const auto jitter = random_.below(static_cast<std::uint64_t>(longest_us / 2 + 1));
  retry_at_us_ = clock_.mono_us() + longest_us / 2 + static_cast<std::int64_t>(jitter);
  ++failures_;
  return error;
}

}  // namespace penstock::queue
