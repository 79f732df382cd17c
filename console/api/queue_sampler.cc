#include "console/api/queue_sampler.h"

#include <chrono>
#include <utility>

#include "base/bytes.h"
#include "base/log.h"

namespace penstock::console {
namespace {

constexpr std::chrono::seconds kWorkerDeadline{2};
constexpr std::int64_t kRateMsMax = 300'000;

std::optional<control::WorkerState> ask(const control::Client& worker) {
  auto answer = worker.ask(http::Method::kGet, control::kWorkerStatePath);
  if (!answer || answer->status != 200) return std::nullopt;
  reserve_padding(answer->body);
  auto state = control::read_worker_state(answer->body);
  return state ? std::optional(std::move(*state)) : std::nullopt;
}

std::optional<std::int64_t> difference(std::uint64_t before, std::uint64_t now) {
  if (now < before) return std::nullopt;
  return static_cast<std::int64_t>(now - before);
}

}  // namespace

void add_rates(const SampledBefore& before, const SampledBefore& now, QueueSample& sample) {
  const std::int64_t passed_ms = now.at_ms - before.at_ms;
  if (!before.worker || !now.worker || before.worker->identity != now.worker->identity) return;
  if (passed_ms < 1'000 || passed_ms > kRateMsMax) return;
  sample.seconds = (passed_ms + 500) / 1'000;
  sample.messages_out = difference(before.worker->released, now.worker->released);
  sample.events_out = difference(before.worker->stored, now.worker->stored);
  if (!sample.messages_out || !before.depth || !now.depth) return;
  const std::int64_t came = *sample.messages_out + *now.depth - *before.depth;
  if (came >= 0) sample.messages_in = came;
}

Result<std::unique_ptr<QueueSampler>> QueueSampler::start(const ConsoleSettings& settings,
                                                          const Clock& clock) {
  auto inspector = queue::make_inspector(settings.queue, clock);
  if (!inspector) return fail(inspector.error());
  auto history = QueueHistory::open(settings.history_path());
  if (!history) return fail(history.error());
  auto sampler = std::unique_ptr<QueueSampler>(
      new QueueSampler(std::move(*inspector), std::move(*history),
                       control::Client(settings.worker_address, kWorkerDeadline), clock));
  sampler->thread_ = std::thread([raw = sampler.get()] { raw->run(); });
  return sampler;
}

QueueSampler::QueueSampler(std::unique_ptr<queue::Inspector> inspector, QueueHistory history,
                           control::Client worker, const Clock& clock)
    : inspector_(std::move(inspector)),
      history_(std::move(history)),
      worker_(std::move(worker)),
      clock_(clock) {}

QueueSampler::~QueueSampler() {
  {
    const std::lock_guard lock(mutex_);
    is_stopping_ = true;
  }
  stop_asked_.notify_all();
  if (thread_.joinable()) thread_.join();
}

QueueSample QueueSampler::take() {
  QueueSample sample;
  SampledBefore now;
  now.at_ms = clock_.wall_ms();
  sample.at_s = now.at_ms / 1'000;
  if (const auto state = inspector_->state()) {
    now.depth = static_cast<std::int64_t>(state->depth);
    sample.depth = now.depth;
    sample.oldest_ms = static_cast<std::int64_t>(state->oldest_seconds * 1'000);
  }
  if (const auto dead = inspector_->dead_letters()) sample.dead = static_cast<std::int64_t>(*dead);
  now.worker = ask(worker_);
  add_rates(before_, now, sample);
  before_ = std::move(now);
  return sample;
}

void QueueSampler::run() {
  std::unique_lock lock(mutex_);
  while (!is_stopping_) {
    lock.unlock();
    const auto added = history_.add(take());
    if (!added && !is_failing_) {
      log_warn("console.history", "the queue's history cannot be written",
               {{"error", to_text(added.error())}});
    }
    is_failing_ = !added;
    lock.lock();
    stop_asked_.wait_for(lock, std::chrono::seconds(kHistoryStepS),
                         [this] { return is_stopping_; });
  }
}

}  // namespace penstock::console
