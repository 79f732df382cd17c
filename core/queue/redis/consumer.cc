#include "queue/redis/consumer.h"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <thread>
#include <utility>

#include <hiredis.h>

#include "base/bytes.h"
#include "base/check.h"
#include "base/log.h"
#include "base/text.h"
#include "event/batch.h"
#include "queue/redis/reply.h"
#include "queue/spool/folder.h"

namespace penstock::queue {
namespace {

constexpr std::int64_t kPollMs = 20;
constexpr std::int64_t kShowPeriodUs = 1'000'000;
constexpr std::size_t kEdgeBytes = 256;

// Read in small steps, because how long the messages are is known only once they are read.
constexpr std::string_view kClaim =
    "local n_max, bytes_max = tonumber(ARGV[1]), tonumber(ARGV[2]) "
    "local out, n, bytes = {}, 0, 0 "
    "while true do "
    "local part = redis.call('LRANGE', KEYS[1], -n - 16, -n - 1) "
    "for i = #part, 1, -1 do local m = part[i] "
    "if n == n_max or (n > 0 and bytes + #m > bytes_max) then return out end "
    "n = n + 1 out[n] = m bytes = bytes + #m end "
    "if #part < 16 then return out end end";

// A message's length, head and tail, which hold a native batch's checksum and first id, or a job's
// jid and times: sent back in place of the message, to find it again.
constexpr std::string_view kMark =
    "local function mark(m) return #m..':'..string.sub(m,1,256)..string.sub(m,-256) end ";

constexpr std::string_view kRelease =
    "local n = tonumber(ARGV[1]) "
    "local old, new = redis.call('LINDEX', KEYS[1], -1), redis.call('LINDEX', KEYS[1], -n) "
    "if old and new and mark(old) == ARGV[2] and mark(new) == ARGV[3] then "
    "redis.call('LTRIM', KEYS[1], 0, -n - 1) return 1 end return 0";

// Looks no further up than twice the claim: what was pushed behind it is above.
constexpr std::string_view kRemove =
    "local left, removed = {}, 0 "
    "for i = 1, #ARGV do left[ARGV[i]] = (left[ARGV[i]] or 0) + 1 end "
    "local tail = redis.call('LRANGE', KEYS[1], -2 * #ARGV, -1) "
    "for i = #tail, 1, -1 do local m = tail[i] local k = mark(m) "
    "if (left[k] or 0) > 0 then left[k] = left[k] - 1 "
    "removed = removed + redis.call('LREM', KEYS[1], -1, m) end end return removed";

std::string fingerprint_of(std::string_view message) {
  const std::size_t edge = std::min(message.size(), kEdgeBytes);
  return str_cat(message.size(), ":", message.substr(0, edge),
                 message.substr(message.size() - edge));
}

std::string_view text_of(const redisReply& reply) { return {reply.str, reply.len}; }

Result<void> check(const redisReply& reply, const char* step) {
  if (reply.type != REDIS_REPLY_ERROR) return {};
  log_warn("redis", "refused", {{"step", step}, {"error", utf8_prefix(text_of(reply), 200)}});
  return fail(to_error(refusal_of(text_of(reply)), step));
}

}  // namespace

RedisConsumer::RedisConsumer(const RedisOptions& options, const SpoolOptions& spool,
                             std::string worker, const Clock& clock)
    : options_(options),
      worker_(std::move(worker)),
      marker_key_(options.key + ":working:" + worker_),
      clock_(clock),
      client_(options, clock),
      lease_(client_, clock, options.key + ":lease", worker_),
      dead_letters_(spool.path),
      spool_path_(spool.path) {}

RedisConsumer::~RedisConsumer() { hide_claim(); }

Result<Claim> RedisConsumer::claim(std::size_t messages_max, std::size_t bytes_max,
                                   std::int64_t wait_ms) {
  PENSTOCK_CHECK(claimed_.empty() && messages_max > 0);
  const std::int64_t until_us = clock_.mono_us() + wait_ms * 1000;
  while (true) {
    auto claim = claim_now(messages_max, bytes_max);
    if (claim && !claim->messages.empty()) return claim;
    const std::int64_t left_ms = (until_us - clock_.mono_us()) / 1000;
    if (left_ms <= 0) return claim;
    std::this_thread::sleep_for(std::chrono::milliseconds(std::min(left_ms, kPollMs)));
  }
}

Result<Claim> RedisConsumer::claim_now(std::size_t messages_max, std::size_t bytes_max) {
  const auto is_ours = lease_.hold();
  if (!is_ours) return fail(is_ours.error());
  if (!*is_ours) return Claim();

  const auto reply =
      client_.call({"EVAL", kClaim, "1", options_.key, str_cat(messages_max), str_cat(bytes_max)});
  if (!reply) return fail(reply.error());
  PENSTOCK_TRY(check(**reply, "read the Redis list"));
  if ((*reply)->elements == 0) {
    hide_claim();
    return Claim();
  }

  Claim claim;
  for (std::size_t i = 0; i < (*reply)->elements; ++i) {
    const std::string_view message = text_of(*(*reply)->element[i]);
    claimed_.push_back(fingerprint_of(message));
    std::string& copy = claim.messages.emplace_back();
    copy.reserve(message.size() + kReadablePadding);
    copy = message;
  }
  show_claim();
  return claim;
}

Result<void> RedisConsumer::release() {
  PENSTOCK_CHECK(!claimed_.empty());
  const std::vector<std::string> claimed = std::exchange(claimed_, {});
  const std::string count = str_cat(claimed.size());
  const std::string script = str_cat(kMark, kRelease);
  const auto reply =
      client_.call({"EVAL", script, "1", options_.key, count, claimed.front(), claimed.back()});
  if (!reply) return fail(reply.error());
  PENSTOCK_TRY(check(**reply, "trim the Redis list"));
  if ((*reply)->integer == 1) return {};
  return remove_what_is_left(claimed);
}

Result<void> RedisConsumer::remove_what_is_left(const std::vector<std::string>& fingerprints) {
  const std::string script = str_cat(kMark, kRemove);
  std::vector<std::string_view> arguments = {"EVAL", script, "1", options_.key};
  arguments.insert(arguments.end(), fingerprints.begin(), fingerprints.end());
  const auto reply = client_.call(arguments);
  if (!reply) return fail(reply.error());
  PENSTOCK_TRY(check(**reply, "remove from the Redis list"));
  log_info("redis", "somebody else takes from the list",
           {{"claimed", fingerprints.size()}, {"still_there", (*reply)->integer}});
  return {};
}

Result<void> RedisConsumer::set_aside(std::string_view message, std::string_view reason) {
  PENSTOCK_CHECK(!claimed_.empty());
  const DeadLetter letter{message, reason, clock_.wall_ms(), worker_};
  const std::string dead_key = options_.key + ":dead";
  const auto reply = client_.call({"LPUSH", dead_key, to_json(letter)});
  if (!reply) return fail(reply.error());
  if ((*reply)->type == REDIS_REPLY_ERROR) {
    if (refusal_of(text_of(**reply)) != Refusal::kFull) {
      return check(**reply, "set a message aside in Redis");
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
  is_shown_ = client_.call({"SET", marker_key_, text, "PX", "60000"}).has_value();
}

void RedisConsumer::hide_claim() {
  if (!is_shown_) return;
  is_shown_ = false;
  static_cast<void>(client_.call({"DEL", marker_key_}));
}

Result<QueueState> RedisConsumer::state() {
  return read_redis_state(client_, options_.key, clock_);
}

Result<QueueState> read_redis_state(RedisClient& client, const std::string& key,
                                    const Clock& clock) {
  const auto length = client.call({"LLEN", key});
  if (!length) return fail(length.error());
  PENSTOCK_TRY(check(**length, "measure the Redis list"));
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
