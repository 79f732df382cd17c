#include "queue/letters/sidekiq.h"

#include <cmath>
#include <cstdlib>
#include <string>
#include <utility>

#include "base/bytes.h"
#include "base/text.h"
#include "event/sidekiq/failure.h"
#include "event/sidekiq/members.h"

namespace penstock::queue {
namespace {

constexpr RedisScript kRead{
    "local k, n_max, bytes_max = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]) "
    "local out, bytes, length = {}, 0, redis.call('ZCARD', KEYS[1]) "
    "if k > length then k = length end "
    "while k > 0 and #out < 2 * n_max do "
    "local e = redis.call('ZRANGE', KEYS[1], k - 1, k - 1, 'WITHSCORES') bytes = bytes + #e[1] "
    "if #out > 0 and bytes > bytes_max then break end "
    "out[#out + 1] = e[1] out[#out + 1] = e[2] k = k - 1 end return {k, out}"};

constexpr RedisScript kMove{
    "if not redis.call('ZSCORE', KEYS[1], ARGV[1]) then return 0 end "
    "redis.call('LPUSH', KEYS[2], ARGV[2]) "
    "redis.call('SADD', KEYS[3], ARGV[3]) "
    "return redis.call('ZREM', KEYS[1], ARGV[1])"};

constexpr RedisScript kRemove{"return redis.call('ZREM', KEYS[1], ARGV[1])"};

// A client may have written any number as a score.
std::int64_t to_ms(std::string_view score) {
  const double seconds = std::strtod(std::string(score).c_str(), nullptr);
  return seconds > 0 && seconds < 1e12 ? std::llround(seconds * 1000) : 0;
}

}  // namespace

SidekiqLetters::SidekiqLetters(RedisClient& client, const RedisOptions& options, const Clock& clock)
    : RedisLetters(client, "dead", {'s', "ZCARD", kRead, kMove, kRemove}),
      options_(options),
      clock_(clock),
      random_(Random::from_system()) {}

StoredLetter SidekiqLetters::letter_of(std::string_view element, std::string_view score) {
  StoredLetter letter;
  letter.place = "sidekiq";
  letter.at_ms = to_ms(score);
  letter.message.reserve(element.size() + kReadablePadding);
  letter.message = element;
  const auto job = event::SidekiqMembers::parse(element);
  if (!job) {
    letter.reason = job.error().step;
    return letter;
  }
  letter.is_foreign = !is_ours(element);
  letter.origin = str_cat("queue:", job->text("queue").value_or(""));
  letter.reason = str_cat(job->text("error_class").value_or("?"), ": ",
                          job->text("error_message").value_or(""));
  return letter;
}

RedisLetters::Return SidekiqLetters::return_of(std::string_view element) {
  auto job = event::SidekiqMembers::parse(element);
  if (!job) return {options_.key, options_.sidekiq_queue, std::string(element)};
  if (const auto count = job->integer("retry_count"); count && *count >= 0) {
    job->set("retry_count", str_cat(*count - 1));
  }
  auto push = event::prepare_sidekiq_push(job->finish(), clock_.wall_ms(), random_);
  if (!push) return {options_.key, options_.sidekiq_queue, std::string(element)};
  return {"queue:" + push->queue, push->queue, std::move(push->text)};
}

bool SidekiqLetters::is_ours(std::string_view element) {
  const auto job = event::SidekiqMembers::parse(element);
  return !job || job->text("queue").value_or(options_.sidekiq_queue) == options_.sidekiq_queue;
}

}  // namespace penstock::queue
