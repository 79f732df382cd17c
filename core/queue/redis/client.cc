#include "queue/redis/client.h"

#include <algorithm>
#include <cerrno>
#include <utility>

#include <hiredis.h>
#include <uv.h>

#include "base/static_text.h"
#include "base/text.h"
#include "queue/redis/reply.h"
#include "queue/redis/server_info.h"

namespace penstock::queue {
namespace {

constexpr std::int64_t kBackoffFirstUs = 50'000;
constexpr std::int64_t kBackoffLastUs = 5'000'000;

constexpr const char* kStep = "talk to Redis";

std::string_view text_of(const redisReply& reply) { return {reply.str, reply.len}; }

bool is_error(const redisReply& reply, std::string_view word) {
  return reply.type == REDIS_REPLY_ERROR && text_of(reply).starts_with(word);
}

}  // namespace

void RedisClient::FreeReply::operator()(redisReply* reply) const noexcept {
  freeReplyObject(reply);
}

void RedisClient::FreeReader::operator()(redisReader* reader) const noexcept {
  redisReaderFree(reader);
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
  report_.set_up(address_text_);
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
  if (wire_) return {};
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
    dialer_.emplace(*loop_, resolver_, connector_, options_.tls);
    deadline_.emplace(*loop_, [this] { on_deadline(); });
  }
  uv_update_time(loop_->uv());  // It may not have run for a long time.
  std::optional<Result<std::unique_ptr<RedisWire>>> outcome;
  const auto dial = dialer_->dial(address, left_ms(), [&](auto wire) {
    outcome.emplace(std::move(wire));
    loop_->stop();
  });
  loop_->run();
  if (!*outcome) return fail(lost(outcome->error()));
  wire_ = std::move(**outcome);
  reader_.reset(redisReaderCreate());
  wire_->start(*this);
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

// A late reply cannot be told from the next one's: then the connection is done for.
Result<RedisClient::Reply> RedisClient::exchange(Arguments arguments) {
  if (left_ms() <= 0) return fail(lost({ErrorCode::kDisconnected, ETIMEDOUT, kStep}));
  RedisCommand command(arguments.size());
  for (const std::string_view argument : arguments) command.lend(argument);
  uv_update_time(loop_->uv());  // It has not run since the last call.
  deadline_->start_once(left_ms());
  is_looking_again_ = false;
  failure_.reset();
  wire_->write(std::move(command));
  while (!reply_ && !failure_) loop_->run();
  deadline_->cancel();
  if (failure_) return fail(lost(*failure_));
  return std::move(reply_);
}

void RedisClient::on_bytes(std::string_view bytes) {
  redisReaderFeed(reader_.get(), bytes.data(), bytes.size());
  void* raw = nullptr;
  if (redisReaderGetReply(reader_.get(), &raw) != REDIS_OK) {
    return end_wait({ErrorCode::kDisconnected, 0, kStep, static_text(reader_->errstr)});
  }
  if (raw != nullptr) {
    reply_.reset(static_cast<redisReply*>(raw));
    // It would be taken for the next one's.
    if (reader_->pos < reader_->len) {
      return end_wait({ErrorCode::kDisconnected, 0, kStep, "it answers unasked"});
    }
    return loop_->stop();
  }
  is_looking_again_ = false;
  if (is_greeting_) return;
  due_us_ = clock_.mono_us() + options_.timeout_ms * 1000;
  deadline_->start_once(options_.timeout_ms);
}

void RedisClient::on_closed(const Error& error) { end_wait(error); }

// Timers run before input: where we were kept from running, the reply may be here already.
void RedisClient::on_deadline() {
  if (!std::exchange(is_looking_again_, true)) return deadline_->start_once(kNextInputMs);
  end_wait({ErrorCode::kDisconnected, ETIMEDOUT, kStep});
}

void RedisClient::end_wait(const Error& error) {
  failure_ = error;
  loop_->stop();
}

std::int64_t RedisClient::left_ms() const { return (due_us_ - clock_.mono_us()) / 1000; }

Error RedisClient::lost(const Error& error) {
  report_.add_failure(address_text_, error);
  last_error_ = error;
  if (wire_) dialer_->blame();
  wire_.reset();
  reader_.reset();
  reply_.reset();
  is_greeting_ = false;
  const std::int64_t longest_us =
      std::min(kBackoffFirstUs << std::min<std::uint32_t>(failures_, 10), kBackoffLastUs);
  const auto jitter = random_.below(static_cast<std::uint64_t>(longest_us / 2 + 1));
  retry_at_us_ = clock_.mono_us() + longest_us / 2 + static_cast<std::int64_t>(jitter);
  ++failures_;
  return error;
}

}  // namespace penstock::queue
