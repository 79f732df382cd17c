#include "queue/sidekiq/consumer.h"

#include <algorithm>
#include <chrono>
#include <thread>
#include <utility>

#include "base/bytes.h"
#include "base/log.h"
#include "base/text.h"
#include "event/batch.h"
#include "event/sidekiq/job.h"
#include "event/sidekiq/texts.h"
#include "queue/redis/call.h"
#include "queue/sidekiq/score.h"

namespace penstock::queue {
namespace {

constexpr std::string_view kUnreadable = "Penstock::UnreadableJob";
constexpr std::string_view kRefused = "Penstock::RefusedEvent";

constexpr std::int64_t kDeadMs = 180 * kDayMs;
// The last argument leaves 9 999, which is what Sidekiq's own command does.
constexpr RedisScript kKill{
    "redis.call('ZADD', KEYS[1], ARGV[1], ARGV[2]) "
    "redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', ARGV[3]) "
    "redis.call('ZREMRANGEBYRANK', KEYS[1], 0, -10000)"};

}  // namespace

SidekiqConsumer::SidekiqConsumer(std::unique_ptr<Consumer> inner, const RedisOptions& options,
                                 std::string job_class, SidekiqState& state, const Clock& clock)
    : inner_(std::move(inner)),
      options_(options),
      job_class_(std::move(job_class)),
      state_(state),
      clock_(clock),
      client_(options, clock),
      random_(Random::from_system()) {}

SidekiqConsumer::~SidekiqConsumer() { state_.set_work({}); }

Result<Claim> SidekiqConsumer::claim(std::size_t messages_max, std::size_t bytes_max,
                                     std::int64_t wait_ms) {
  if (state_.is_quiet()) {
    std::this_thread::sleep_for(std::chrono::milliseconds(wait_ms));
    return Claim();
  }
  auto claim = inner_->claim(messages_max, bytes_max, wait_ms);
  if (!claim || claim->messages.empty()) return claim;
  claimed_ = claim->messages;
  is_killer_ = claim->receipts > kReceiptsMax;
  if (is_killer_) return claim;  // Not even looked at.
  state_.set_work(
      event::sidekiq_work_text(options_.sidekiq_queue, claimed_.front(), clock_.wall_ms()));
  return claim;
}

Result<void> SidekiqConsumer::release() {
  const SidekiqCounts counts = end_claim();
  PENSTOCK_TRY(inner_->release());
  state_.add(counts);
  return {};
}

void SidekiqConsumer::give_up() {
  end_claim();
  inner_->give_up();
}

SidekiqCounts SidekiqConsumer::end_claim() {
  const std::uint64_t processed = claimed_.size() - std::min(uncounted_, claimed_.size());
  const SidekiqCounts counts{processed, failed_};
  claimed_.clear();
  by_id_.clear();
  is_indexed_ = false;
  failed_ = uncounted_ = 0;
  state_.set_work({});
  return counts;
}

Result<void> SidekiqConsumer::set_aside(std::string_view message, std::string_view reason) {
  if (is_killer_ && message == claimed_.front()) {
    PENSTOCK_TRY(inner_->set_aside(message, reason));
    ++failed_;
    return {};
  }
  if (event::is_native_batch(message)) return set_event_aside(message, reason);
  return set_job_aside(message, kUnreadable, reason);
}

Result<void> SidekiqConsumer::set_event_aside(std::string_view batch, std::string_view reason) {
  event::Record record;
  auto reader = event::BatchReader::open(batch);
  const auto has_record = reader ? reader->next(record) : Result<bool>(fail(reader.error()));
  if (!has_record || !*has_record) {
    // A batch that is damaged or of a newer version; no Sidekiq could do anything with it.
    PENSTOCK_TRY(inner_->set_aside(batch, reason));
    ++uncounted_;
    return {};
  }
  if (!is_indexed_) index_claim();
  const auto found = std::find_if(by_id_.begin(), by_id_.end(), [&record](const Entry& entry) {
    return entry.id == record.id.view();
  });
  if (found != by_id_.end()) return set_job_aside(claimed_[found->job], kRefused, reason);
  std::string job;
  event::append_sidekiq_job(record, {options_.sidekiq_queue, job_class_}, clock_.wall_ms(), job);
  return set_job_aside(job, kRefused, reason);
}

void SidekiqConsumer::index_claim() {
  is_indexed_ = true;
  event::SidekiqJobReader reader;
  for (std::size_t i = 0; i < claimed_.size(); ++i) {
    reserve_padding(claimed_[i]);
    const auto record = reader.read(claimed_[i], clock_.wall_ms());
    if (record) by_id_.push_back({std::string(record->id.view()), i});
  }
}

Result<void> SidekiqConsumer::set_job_aside(std::string_view job, std::string_view error_class,
                                            std::string_view reason) {
  const event::SidekiqFailure failure{options_.sidekiq_queue, error_class, reason,
                                      clock_.wall_ms()};
  const event::FailedJob failed = event::fail_sidekiq_job(job, failure, random_);
  auto kept = failed.fate == event::FailedJob::Fate::kNoJob ? inner_->set_aside(job, reason)
                                                            : put_where_it_failed(failed);
  // Draining is what makes room in a full Redis, so a failure must not wait for it.
  if (!kept && kept.error().code == ErrorCode::kOverloaded) kept = inner_->set_aside(job, reason);
  if (!kept) return kept;
  const bool is_counted = failed.fate != event::FailedJob::Fate::kNoJson;
  failed_ += is_counted ? 1 : 0;
  uncounted_ += is_counted ? 0 : 1;
  return {};
}

Result<void> SidekiqConsumer::put_where_it_failed(const event::FailedJob& failed) {
  using Fate = event::FailedJob::Fate;
  if (failed.fate == Fate::kDropped) {
    log_warn("sidekiq.dropped", "a job that wants no retry failed and is dropped",
             {{"job", utf8_prefix(failed.text, 200)}});
    return {};
  }
  const std::string score = sidekiq_score(failed.at_ms);
  if (failed.fate == Fate::kRetry) {
    const auto added =
        redis_ok_or_log(client_.call({"ZADD", "retry", score, failed.text}), "retry a job");
    return added ? Result<void>() : fail(added.error());
  }
  const std::string forget_before = sidekiq_score(failed.at_ms - kDeadMs);
  const auto killed = redis_ok_or_log(
      client_.run(kKill, {"dead"}, {score, failed.text, forget_before}), "bury a job");
  return killed ? Result<void>() : fail(killed.error());
}

}  // namespace penstock::queue
