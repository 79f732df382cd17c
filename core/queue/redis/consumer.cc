#include "queue/redis/consumer.h"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <thread>
#include <utility>

#include <hiredis.h>

#include "base/check.h"
#include "base/log.h"
#include "base/random.h"
#include "base/text.h"
#include "event/batch.h"
#include "queue/redis/call.h"
#include "queue/redis/receipts.h"
#include "queue/redis/reply.h"
#include "queue/spool/folder.h"

namespace penstock::queue {
namespace {

// How often an idle consumer looks where it cannot wait in Redis.
constexpr std::int64_t kPollFirstMs = 20;
constexpr std::int64_t kPollLastMs = 100;
// How long it waits at a time: the lease wants to be renewed.
constexpr std::int64_t kWaitLastMs = 1'000;
// How long it does not try to wait where that was refused.
constexpr std::int64_t kNoWaitUs = 10'000'000;
constexpr std::int64_t kShowPeriodUs = 1'000'000;

constexpr const char* kReadStep = "read the Redis list";

std::string_view text_of(const redisReply& reply) { return {reply.str, reply.len}; }

std::string new_holder(const std::string& worker) {
  std::string holder = worker + ":";
  append_text(holder, Random::from_system().next());
  return holder;
}

// Removes the newest ones that a claim of these bounds would not have. One stays at least.
void leave_what_has_room(std::vector<std::string>& messages, std::size_t messages_max,
                         std::size_t bytes_max) {
  std::size_t count = 0;
  for (std::size_t bytes = 0; count < std::min(messages.size(), messages_max); ++count) {
    bytes += messages[count].size();
    if (count > 0 && bytes > bytes_max) break;
  }
  messages.resize(count);
}

// Whether more is likely to lie behind them.
bool is_full(const std::vector<std::string>& messages, std::size_t messages_max,
             std::size_t bytes_max) {
  std::size_t bytes = 0;
  for (const std::string& message : messages) bytes += message.size();
  return messages.size() == messages_max || bytes * 2 > bytes_max;
}

}  // namespace

RedisConsumer::RedisConsumer(const RedisOptions& options, const SpoolOptions& spool,
                             std::string worker, const Clock& clock)
    : options_(options),
      keys_(options.key),
      worker_(std::move(worker)),
      holder_(new_holder(worker_)),
      clock_(clock),
      client_(options, clock),
      lease_(client_, clock, keys_.lease(), worker_),
      keep_client_(options, clock),
      kept_lease_(keep_client_, clock, keys_.lease(), worker_),
      dead_letters_(spool.path),
      spool_path_(spool.path),
      ahead_(options, clock) {}

RedisConsumer::~RedisConsumer() { hide_claim(); }

Result<Claim> RedisConsumer::claim(std::size_t messages_max, std::size_t bytes_max,
                                   std::int64_t wait_ms) {
  PENSTOCK_CHECK(claimed_.empty() && messages_max > 0);
  const std::int64_t until_us = clock_.mono_us() + wait_ms * 1000;
  const auto left_ms = [&] { return (until_us - clock_.mono_us()) / 1000; };
  std::int64_t poll_ms = kPollFirstMs;
  // What was empty a moment ago is waited for first: one command instead of two.
  bool waits = was_empty_ && wait_ms > 0 && can_wait();
  while (true) {
    if (!waits || wait_in_redis(left_ms())) {
      auto claim = claim_now({messages_max, bytes_max});
      if (claim && !claim->messages.empty()) return claim;
      if (left_ms() <= 0) return claim;
      waits = was_empty_ && can_wait();
    } else if (left_ms() <= 0) {
      return Claim();
    }
    if (waits) continue;
    std::this_thread::sleep_for(std::chrono::milliseconds(std::min(left_ms(), poll_ms)));
    poll_ms = std::min(poll_ms * 2, kPollLastMs);
  }
}

bool RedisConsumer::can_wait() const { return clock_.mono_us() >= wait_from_us_; }

// Whether there is reason to look again.
bool RedisConsumer::wait_in_redis(std::int64_t wait_ms) {
  if (const auto is_ours = lease_.hold(); !is_ours || !*is_ours) return true;
  const std::int64_t ms = std::clamp<std::int64_t>(wait_ms, 1, kWaitLastMs);  // 0 is for ever.
  const std::string seconds = str_cat(ms / 1000, ".", ms % 1000 / 100, ms % 100 / 10, ms % 10);
  const auto reply =
      client_.call({"BLMOVE", keys_.list(), keys_.list(), "RIGHT", "RIGHT", seconds}, ms);
  if (!reply) return true;
  // Before Redis 6.2 it is not known; one that is full or may not write refuses it.
  if ((*reply)->type == REDIS_REPLY_ERROR) wait_from_us_ = clock_.mono_us() + kNoWaitUs;
  return (*reply)->type != REDIS_REPLY_NIL;
}

Result<Claim> RedisConsumer::claim_now(const Bounds& bounds) {
  was_empty_ = false;
  std::vector<std::string> read = std::exchange(read_, {});
  const auto is_ours = lease_.hold();
  if (!is_ours) return fail(is_ours.error());
  if (!*is_ours) return Claim();

  leave_what_has_room(read, bounds.messages_max, bounds.bytes_max);
  if (is_next_claim(read, bounds)) {
    const auto is_claimed = claim_read(read);
    if (!is_claimed) return fail(is_claimed.error());
    if (*is_claimed) return begin_claim({std::move(read), 1, false}, bounds);
  }
  read.clear();

  const auto reply = redis_ok_or_log(
      client_.run(claim_script(), {keys_.list(), keys_.receipts()},
                  {str_cat(bounds.messages_max), str_cat(bounds.bytes_max), holder_}),
      kReadStep);
  if (!reply) return fail(reply.error());
  const redisReply& messages = *(*reply)->element[2];
  if (messages.elements == 0) {
    was_empty_ = true;
    hide_claim();
    return Claim();
  }
  const auto receipts = static_cast<std::uint32_t>((*reply)->element[0]->integer);
  const bool is_alone = (*reply)->element[1]->integer == 1;
  return begin_claim({copied_messages(messages), receipts, is_alone}, bounds);
}

// Where few lay behind the last claim there are more by now, and they go together. What was read
// for a claim with less room leaves some of this one's.
bool RedisConsumer::is_next_claim(const std::vector<std::string>& read,
                                  const Bounds& bounds) const {
  return !read.empty() && bounds.messages_max <= bounds_.messages_max &&
         bounds.bytes_max <= bounds_.bytes_max &&
         is_full(read, bounds.messages_max, bounds.bytes_max);
}

Result<bool> RedisConsumer::claim_read(const std::vector<std::string>& messages) {
  const auto reply = redis_ok_or_log(
      client_.run(
          claim_read_script(), {keys_.list(), keys_.receipts()},
          {holder_, str_cat(messages.size()), mark_of(messages.front()), mark_of(messages.back())}),
      kReadStep);
  if (!reply) return fail(reply.error());
  return (*reply)->integer == 1;
}

Claim RedisConsumer::begin_claim(Claim claim, const Bounds& bounds) {
  bounds_ = bounds;
  if (!claim.is_alone && is_full(claim.messages, bounds.messages_max, bounds.bytes_max)) {
    ahead_.begin(claim.messages.size(), bounds.messages_max, bounds.bytes_max);
  }
  for (const std::string& message : claim.messages) claimed_.push_back(mark_of(message));
  show_claim();
  return claim;
}

Result<void> RedisConsumer::release() {
  PENSTOCK_CHECK(!claimed_.empty());
  const std::vector<std::string> claimed = std::exchange(claimed_, {});
  // Once these are gone, what is still read would leave out as many of those behind them.
  std::vector<std::string> read = ahead_.take();
  const auto reply = redis_ok_or_log(
      client_.run(release_script(), {keys_.list(), keys_.receipts()},
                  {holder_, str_cat(claimed.size()), claimed.front(), claimed.back()}),
      "trim the Redis list");
  if (!reply) return fail(reply.error());
  if ((*reply)->integer != 1) return remove_what_is_left(claimed);
  read_ = std::move(read);
  return {};
}

Result<void> RedisConsumer::remove_what_is_left(const std::vector<std::string>& marks) {
  const std::string receipts = keys_.receipts();
  const std::string_view keys[] = {keys_.list(), receipts};
  std::vector<std::string_view> arguments = {holder_};
  arguments.insert(arguments.end(), marks.begin(), marks.end());
  const auto reply =
      redis_ok_or_log(client_.run(remove_script(), keys, arguments), "remove from the Redis list");
  if (!reply) return fail(reply.error());
  log_info("redis", "somebody else takes from the list",
           {{"claimed", marks.size()}, {"still_there", (*reply)->integer}});
  return {};
}

// Where Redis does not hear of it, it takes this for a death, of which it needs several.
void RedisConsumer::give_up() {
  if (claimed_.empty()) return;
  claimed_.clear();
  ahead_.drop();
  static_cast<void>(client_.run(give_up_script(), {keys_.list(), keys_.receipts()}, {holder_}));
}

Result<void> RedisConsumer::set_aside(std::string_view message, std::string_view reason) {
  PENSTOCK_CHECK(!claimed_.empty());
  const DeadLetter letter{message, reason, clock_.wall_ms(), worker_};
  const std::string dead_key = keys_.dead();
  auto reply = client_.call({"LPUSH", dead_key, to_json(letter)});
  if (!reply) return fail(reply.error());
  if ((*reply)->type == REDIS_REPLY_ERROR) {
    if (refusal_of(text_of(**reply)) != WriteRefusal::kFull) {
      PENSTOCK_TRY(redis_ok_or_log(std::move(reply), "set a message aside in Redis"));
    }
    PENSTOCK_TRY(make_spool_folder(spool_path_));
    return dead_letters_.add(letter);
  }
  if ((*reply)->integer <= kDeadLettersMax) return {};
  const auto trimmed = client_.call({"LTRIM", dead_key, "0", str_cat(kDeadLettersMax - 1)});
  if (!trimmed) return fail(trimmed.error());
  return {};
}

// For people only, so at most once a second and whether it works or not.
void RedisConsumer::show_claim() {
  if (clock_.mono_us() < show_at_us_) return;
  show_at_us_ = clock_.mono_us() + kShowPeriodUs;
  const std::string text =
      str_cat("{\"messages\":", claimed_.size(), ",\"at\":", clock_.wall_ms(), "}");
  is_shown_ = client_.call({"SET", keys_.working(worker_), text, "PX", "60000"}).has_value();
}

void RedisConsumer::hide_claim() {
  if (!is_shown_) return;
  is_shown_ = false;
  static_cast<void>(client_.call({"DEL", keys_.working(worker_)}));
}

Result<QueueState> RedisConsumer::state() {
  return read_redis_state(client_, options_.key, clock_);
}

Result<QueueState> read_redis_state(RedisClient& client, const std::string& key,
                                    const Clock& clock) {
  const auto length = redis_ok_or_log(client.call({"LLEN", key}), "measure the Redis list");
  if (!length) return fail(length.error());
  QueueState state;
  state.depth = static_cast<std::uint64_t>((*length)->integer);
  if (state.depth == 0) return state;

  const auto oldest = client.call({"LINDEX", key, "-1"});
  if (!oldest) return fail(oldest.error());
  if ((*oldest)->type != REDIS_REPLY_STRING) return state;
  const std::int64_t at_ms = received_at_of(text_of(**oldest));
  if (at_ms > 0) {
    state.oldest_seconds =
        static_cast<double>(std::max<std::int64_t>(clock.wall_ms() - at_ms, 0)) / 1000;
  }
  return state;
}

std::int64_t received_at_of(std::string_view message) {
  if (event::is_native_batch(message)) {
    auto batch = event::BatchReader::open(message);
    if (!batch) return 0;
    event::Record record;
    const auto has_record = batch->next(record);
    return has_record && *has_record ? record.received_at_ms : 0;
  }
  // A job's own created_at is the last one: its arguments come before it.
  constexpr std::string_view kName = "\"created_at\":";
  const std::size_t at = message.rfind(kName);
  if (at == std::string_view::npos) return 0;
  const std::string number(message.substr(at + kName.size(), 24));
  const double value = std::strtod(number.c_str(), nullptr);
  if (!(value > 0 && value < 1e15)) return 0;
  // Sidekiq 8 writes integer milliseconds, the others float seconds.
  return static_cast<std::int64_t>(value > 1e11 ? value : value * 1000);
}

}  // namespace penstock::queue
