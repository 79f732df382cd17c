#include "queue/redis/producer.h"

#include <utility>

#include "base/log.h"
#include "base/text.h"
#include "queue/redis/server_info.h"

namespace penstock::queue {
namespace {

constexpr std::int64_t kMemoryPeriodMs = 1'000;
// How long a Redis that refused a push is left alone.
constexpr std::int64_t kPauseMs = 1'000;

}  // namespace

Result<std::unique_ptr<RedisProducer>> RedisProducer::make(const RedisOptions& redis,
                                                           const SpoolOptions& spool,
                                                           std::uint32_t reactor, io::Loop& loop,
                                                           const Clock& clock,
                                                           ProducerListener& listener) {
  auto overflow =
      SpoolProducer::make(spool, reactor, SpoolProducer::Role::kOverflow, loop, clock, listener);
  if (!overflow) return fail(overflow.error());
  std::unique_ptr<RedisProducer> producer(
      new RedisProducer(redis, loop, listener, std::move(*overflow)));
  if (reactor != 0) return producer;

  RedisProducer* self = producer.get();
  auto replay = RedisReplay::make(
      spool, loop, clock, [self] { return self->can_push(); },
      [self](const std::vector<std::string>& messages, std::function<void(bool)> done) {
        self->push_messages(messages, [done = std::move(done)](const Result<RedisReply>& reply) {
          done(reply && !reply->is_error());
        });
      });
  if (!replay) return fail(replay.error());
  producer->replay_ = std::move(*replay);
  return producer;
}

RedisProducer::RedisProducer(const RedisOptions& options, io::Loop& loop,
                             ProducerListener& listener, std::unique_ptr<SpoolProducer> spool)
    : options_(options),
      loop_(loop),
      listener_(listener),
      spool_(std::move(spool)),
      link_(options, loop, Random::from_system(), *this),
      memory_watch_(loop, [this] { watch_memory(); }) {
  memory_watch_.start_every(kMemoryPeriodMs);
}

void RedisProducer::submit(Submission submission) {
  if (can_push()) {
    push(std::move(submission));
  } else {
    spool_->submit(std::move(submission));
  }
}

bool RedisProducer::can_push() const {
  return link_.is_ready() && !is_full() && !is_shunned() && loop_.now_ms() >= paused_until_ms_;
}

void RedisProducer::push(Submission submission) {
  ++pushing_;
  // On the heap, because the messages must not move while the socket reads them.
  auto pushed = std::make_shared<Submission>(std::move(submission));
  push_messages(pushed->messages, [this, pushed](const Result<RedisReply>& reply) {
    --pushing_;
    if (reply && !reply->is_error()) {
      listener_.on_done(pushed->ticket, Stored::kQueued);
    } else {
      spool_->submit(std::move(*pushed));
    }
  });
}

void RedisProducer::push_messages(const std::vector<std::string>& messages,
                                  RedisLink::OnReply on_reply) {
  if (!options_.sidekiq_queue.empty()) {
    RedisCommand sadd(3);
    sadd.add("SADD").add("queues").add(options_.sidekiq_queue);
    link_.send(std::move(sadd), [](const Result<RedisReply>&) {});
  }
  RedisCommand lpush(messages.size() + 2);
  lpush.add("LPUSH").add(options_.key);
  for (const std::string& message : messages) {
    lpush.lend(message);
    memory_.used += message.size();
  }
  link_.send(std::move(lpush), [this, on_reply = std::move(on_reply)](const auto& reply) {
    if (reply) {
      if (reply->is_error()) {
        on_refused(reply->text);
      } else if (!is_up_ || !has_room_) {
        is_up_ = true;
        has_room_ = true;
        set_error("");
      }
    }
    on_reply(reply);
  });
}

void RedisProducer::on_refused(std::string_view error_text) {
  const Refusal refusal = refusal_of(error_text);
  const std::string_view text = utf8_prefix(error_text, 200);
  if (is_up_ && has_room_) log_warn("redis", "refuses events, spooling", {{"error", text}});
  set_error(str_cat("Redis: ", text));
  if (refusal == Refusal::kFull) {
    is_told_full_ = true;
    has_room_ = false;
    return;
  }
  is_up_ = false;
  paused_until_ms_ = loop_.now_ms() + kPauseMs;
  if (refusal != Refusal::kNotHere) return;
  // Not from within the reply's own call: whoever waits for it comes first.
  loop_.post([link = link_.self()] {
    if (*link != nullptr) (*link)->drop({ErrorCode::kDisconnected, 0, "push to this Redis"});
  });
}

void RedisProducer::on_ready(std::string_view info) {
  is_up_ = true;
  is_asking_ = false;
  set_error("");
  set_memory(info);
  if (!replay_) return;
  replay_->wake();
  ask_for_durability();  // One reactor is enough.
}

// A 2xx says that Redis has it; whoever runs that Redis must know what that is worth.
void RedisProducer::ask_for_durability() {
  RedisCommand info(2);
  info.add("INFO").add("persistence");
  link_.send(std::move(info), [this](const Result<RedisReply>& reply) {
    if (!reply) return;
    const bool was_told = std::exchange(is_told_forgetful_, is_forgetful(reply->text));
    if (!is_told_forgetful_ || was_told) return;
    log_warn("redis",
             "keeps no append-only file: events that were answered are lost when it restarts; "
             "set `appendonly yes`, and `appendfsync always` against power cuts",
             {{"to", options_.address.text()}});
  });
}

void RedisProducer::on_lost(const Error& error) {
  is_up_ = false;
  has_room_ = false;
  set_error(str_cat("Redis: ", to_text(error)));
}

void RedisProducer::watch_memory() {
  if (!link_.is_ready() || is_asking_) return;
  is_asking_ = true;
  RedisCommand info(2);
  info.add("INFO").add("memory");
  link_.send(std::move(info), [this](const Result<RedisReply>& reply) {
    is_asking_ = false;
    if (reply) set_memory(reply->is_error() ? std::string_view() : reply->text);
  });
}

void RedisProducer::set_memory(std::string_view info) {
  memory_ = parse_memory(info).value_or(RedisMemory());
  is_told_full_ = false;
  set_policy(evicting_policy_of(info));
  has_room_ = !is_full() && !is_shunned();
  if (is_full() == is_reported_full_) return;
  is_reported_full_ = is_full();
  if (is_reported_full_) {
    log_warn("redis", "nearly full, spooling",
             {{"used_bytes", memory_.used}, {"max_bytes", memory_.max}});
    set_error("Redis: above queue.max_memory_percent");
  } else {
    log_info("redis", "has room again", {{"used_bytes", memory_.used}});
    set_error("");
    if (replay_) replay_->wake();
  }
}

// Said when it is first seen, and whenever it changes.
void RedisProducer::set_policy(std::string_view evicting_policy) {
  if (evicting_policy == evicting_policy_) return;
  const bool was_shunned = is_shunned();
  evicting_policy_ = evicting_policy;
  is_evicting_ = !evicting_policy_.empty();
  if (!is_evicting_) {
    log_info("redis", "evicts no longer", {{"to", options_.address.text()}});
    if (was_shunned) set_error("");
    if (replay_) replay_->wake();
    return;
  }
  log_warn("redis",
           "evicts: events that were answered are lost when its memory runs short; set "
           "`maxmemory-policy noeviction`",
           {{"to", options_.address.text()},
            {"maxmemory_policy", evicting_policy},
            {"used_instead", is_shunned() ? "the spool" : "nothing"}});
  if (is_shunned()) set_error("Redis: evicts, which queue.evicting_redis refuses");
}

bool RedisProducer::is_shunned() const {
  return options_.refuses_eviction && !evicting_policy_.empty();
}

bool RedisProducer::is_full() const {
  if (is_told_full_) return true;
  // Divided first: the product of two byte counts may not fit.
  return memory_.max > 0 && memory_.used >= memory_.max / 100 * options_.memory_percent_max;
}

void RedisProducer::set_error(std::string text) {
  const std::lock_guard guard(mutex_);
  last_error_ = std::move(text);
}

ProducerState RedisProducer::state() const {
  ProducerState state = spool_->state();
  state.is_redis_configured = true;
  state.is_redis_up = is_up_;
  state.is_redis_evicting = is_evicting_;
  state.can_store = state.can_store || (is_up_ && has_room_);
  const std::lock_guard guard(mutex_);
  if (!last_error_.empty()) state.last_error = last_error_;
  return state;
}

}  // namespace penstock::queue
