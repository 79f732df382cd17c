#include "queue/redis/remote.h"

#include <memory>
#include <utility>

#include "base/log.h"
#include "base/text.h"
#include "queue/redis/server_info.h"

namespace penstock::queue {
namespace {

constexpr std::int64_t kMemoryPeriodMs = 1'000;
// How long a Redis that refused a push is left alone.
constexpr std::int64_t kPauseMs = 1'000;

// On the heap, because the messages must not move while the socket reads them.
struct Pushed {
  Submission submission;
  Remote::OnPushed on_pushed;
};

}  // namespace

RedisRemote::RedisRemote(const RedisOptions& options, std::uint32_t reactor, io::Loop& loop,
                         Random random, Resolver& resolver, Connector& connector)
    : options_(options),
      reactor_(reactor),
      loop_(loop),
      link_(options, loop, random, *this, resolver, connector),
      memory_watch_(loop, [this] { watch_memory(); }) {
  memory_watch_.start_every(kMemoryPeriodMs);
}

bool RedisRemote::can_take() const {
  return link_.is_ready() && !is_full() && !is_shunned() && loop_.now_ms() >= paused_until_ms_;
}

void RedisRemote::push(Submission submission, OnPushed on_pushed) {
  if (!options_.sidekiq_queue.empty()) {
    RedisCommand sadd(3);
    sadd.add("SADD").add("queues").add(options_.sidekiq_queue);
    link_.send(std::move(sadd), [](const Result<RedisReply>&) {});
  }
  auto pushed = std::make_shared<Pushed>(Pushed{std::move(submission), std::move(on_pushed)});
  RedisCommand lpush(pushed->submission.messages.size() + 2);
  lpush.add("LPUSH").add(options_.key);
  for (const std::string& message : pushed->submission.messages) {
    lpush.lend(message);
    memory_.used += message.size();
  }
  link_.send(std::move(lpush), [this, pushed](const Result<RedisReply>& reply) {
    on_answered(reply);
    pushed->on_pushed(std::move(pushed->submission), reply && !reply->is_error());
  });
}

// A push; without a reply the link says what is the matter.
void RedisRemote::on_answered(const Result<RedisReply>& reply) {
  if (!reply) return;
  if (reply->is_error()) return on_refused(reply->text);
  if (is_up_ && has_room_) return;
  is_up_ = true;
  has_room_ = true;
  set_error("");
}

void RedisRemote::on_refused(std::string_view error_text) {
  const WriteRefusal refusal = refusal_of(error_text);
  const std::string_view text = utf8_prefix(error_text, 200);
  if (is_up_ && has_room_) log_warn("redis.refuses", "refuses events, spooling", {{"error", text}});
  set_error(str_cat("Redis: ", text));
  if (refusal == WriteRefusal::kFull) {
    is_told_full_ = true;
    has_room_ = false;
    return;
  }
  is_up_ = false;
  paused_until_ms_ = loop_.now_ms() + kPauseMs;
  if (refusal != WriteRefusal::kNotHere) return;
  // Not from within the reply's own call: whoever waits for it comes first.
  const Error error = to_error(error_text, "push to this Redis");
  loop_.post([link = link_.self(), error] {
    if (*link != nullptr) (*link)->drop(error);
  });
}

void RedisRemote::on_ready(std::string_view info) {
  is_up_ = true;
  is_asking_ = false;
  set_error("");
  set_memory(info);
  tell_open();
  if (reactor_ == 0) ask_for_durability();  // One is enough.
}

// A 2xx says that Redis has it; whoever runs that Redis must know what that is worth.
void RedisRemote::ask_for_durability() {
  RedisCommand info(2);
  info.add("INFO").add("persistence");
  link_.send(std::move(info), [this](const Result<RedisReply>& reply) {
    if (!reply) return;
    const bool was_told = std::exchange(is_told_forgetful_, is_forgetful(reply->text));
    if (!is_told_forgetful_ || was_told) return;
    log_warn("redis.no_append_only",
             "keeps no append-only file: events that were answered are lost when it restarts; "
             "set `appendonly yes`, and `appendfsync always` against power cuts",
             {{"to", options_.address.text()}});
  });
}

void RedisRemote::on_lost(const Error& error) {
  is_up_ = false;
  has_room_ = false;
  set_error(str_cat("Redis: ", to_text(error)));
}

void RedisRemote::watch_memory() {
  if (!link_.is_ready() || is_asking_) return;
  is_asking_ = true;
  RedisCommand info(2);
  info.add("INFO").add("memory");
  link_.send(std::move(info), [this](const Result<RedisReply>& reply) {
    is_asking_ = false;
    if (reply) set_memory(reply->is_error() ? std::string_view() : reply->text);
  });
}

void RedisRemote::set_memory(std::string_view info) {
  memory_ = parse_memory(info).value_or(RedisMemory());
  is_told_full_ = false;
  set_policy(evicting_policy_of(info));
  has_room_ = !is_full() && !is_shunned();
  if (is_full() == is_reported_full_) return;
  is_reported_full_ = is_full();
  if (is_reported_full_) {
    log_warn("redis.nearly_full", "nearly full, spooling",
             {{"used_bytes", memory_.used}, {"max_bytes", memory_.max}});
    set_error("Redis: above queue.max_memory_percent");
  } else {
    log_info("redis", "has room again", {{"used_bytes", memory_.used}});
    set_error("");
    tell_open();
  }
}

// Said when it is first seen, and whenever it changes.
void RedisRemote::set_policy(std::string_view evicting_policy) {
  if (evicting_policy == evicting_policy_) return;
  const bool was_shunned = is_shunned();
  evicting_policy_ = evicting_policy;
  is_evicting_ = !evicting_policy_.empty();
  if (!is_evicting_) {
    log_info("redis", "evicts no longer", {{"to", options_.address.text()}});
    if (was_shunned) set_error("");
    tell_open();
    return;
  }
  log_warn("redis.evicts",
           "evicts: events that were answered are lost when its memory runs short; set "
           "`maxmemory-policy noeviction`",
           {{"to", options_.address.text()},
            {"maxmemory_policy", evicting_policy},
            {"used_instead", is_shunned() ? "the spool" : "nothing"}});
  if (is_shunned()) set_error("Redis: evicts, which queue.evicting_redis refuses");
}

bool RedisRemote::is_shunned() const {
  return options_.refuses_eviction && !evicting_policy_.empty();
}

bool RedisRemote::is_full() const {
  if (is_told_full_) return true;
  // Divided first: the product of two byte counts may not fit.
  return memory_.max > 0 && memory_.used >= memory_.max / 100 * options_.memory_percent_max;
}

void RedisRemote::set_error(std::string text) {
  const std::lock_guard guard(mutex_);
  last_error_ = std::move(text);
}

void RedisRemote::tell_open() {
  if (on_open_) on_open_();
}

RemoteState RedisRemote::state() const {
  RemoteState state;
  state.is_up = is_up_;
  state.has_room = has_room_;
  state.is_evicting = is_evicting_;
  const std::lock_guard guard(mutex_);
  state.last_error = last_error_;
  return state;
}

}  // namespace penstock::queue
