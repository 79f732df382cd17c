#include "queue/sidekiq/process.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include <unistd.h>

#include "base/log.h"
#include "base/random.h"
#include "event/sidekiq/texts.h"
#include "queue/redis/client.h"
#include "queue/redis/keys.h"
#include "queue/sidekiq/beat.h"
#include "queue/sidekiq/consumer.h"
#include "queue/sidekiq/poller.h"

namespace penstock::queue {
namespace {

// Polled in such steps, so that beats are not late while many jobs are due.
constexpr std::size_t kPollStep = 500;
constexpr std::int64_t kPollAgainMs = 5'000;

std::string info_text(const SidekiqProcessOptions& options, const Clock& clock) {
  char host[256] = {};
  ::gethostname(host, sizeof host - 1);
  event::SidekiqProcessInfo info;
  info.identity = options.identity;
  info.hostname = host;
  info.pid = ::getpid();
  info.started_at_ms = clock.wall_ms();
  info.tag = "penstock";
  info.version = options.version;
  info.queue = options.redis.sidekiq_queue;
  return event::sidekiq_info_text(info);
}

// When a poll is next due, from now.
std::int64_t poll(SidekiqPoller& poller) {
  static_cast<void>(poller.prune_processes());  // Whoever comes next does it.
  const auto moved = poller.poll(kPollStep);
  if (!moved) return kPollAgainMs;
  if (*moved > 0) log_debug("sidekiq", "due jobs pushed", {{"jobs", *moved}});
  if (*moved >= kPollStep) return 0;
  return poller.next_wait_ms().value_or(kPollAgainMs);
}

}  // namespace

SidekiqProcess::SidekiqProcess(const SidekiqProcessOptions& options, const Clock& clock,
                               std::function<void()> on_stop)
    : options_(options), clock_(clock), on_stop_(std::move(on_stop)) {}

SidekiqProcess::~SidekiqProcess() { stop(); }

std::unique_ptr<Consumer> SidekiqProcess::wrap(std::unique_ptr<Consumer> consumer) {
  return std::make_unique<SidekiqConsumer>(std::move(consumer), options_.redis, options_.job_class,
                                           state_, clock_);
}

void SidekiqProcess::start() {
  thread_ = std::thread([this] { run(); });
}

void SidekiqProcess::stop() {
  if (!thread_.joinable()) return;
  {
    const std::lock_guard lock(mutex_);
    is_stopping_ = true;
  }
  stop_asked_.notify_all();
  thread_.join();
}

void SidekiqProcess::run() {
  RedisClient client(options_.redis, clock_);
  SidekiqBeat heart(client, state_, clock_, options_.identity, info_text(options_, clock_));
  SidekiqPoller poller(client, clock_, RedisKeys(options_.redis.key).dead(), options_.identity);
  Random random = Random::from_system();
  const auto spread = static_cast<std::int64_t>(
      random.below(static_cast<std::uint64_t>(options_.first_poll_ms / 2) + 1));
  std::int64_t beat_due_us = clock_.mono_us();
  std::int64_t poll_due_us = beat_due_us + (options_.first_poll_ms + spread) * 1'000;

  std::unique_lock lock(mutex_);
  while (!is_stopping_) {
    lock.unlock();
    if (clock_.mono_us() >= beat_due_us) {
      beat(heart);
      beat_due_us = clock_.mono_us() + options_.beat_ms * 1'000;
    }
    // A quiet process puts nothing into queues either.
    if (!state_.is_quiet() && clock_.mono_us() >= poll_due_us) {
      poll_due_us = clock_.mono_us() + poll(poller) * 1'000;
    }
    const std::int64_t due_us =
        state_.is_quiet() ? beat_due_us : std::min(beat_due_us, poll_due_us);
    lock.lock();
    stop_asked_.wait_for(lock, std::chrono::microseconds(due_us - clock_.mono_us()),
                         [this] { return is_stopping_; });
  }
  lock.unlock();
  if (const auto left = heart.leave(); !left) {
    log_warn("sidekiq.last_statistics",
             "the last statistics are lost, and the pages show this process for a minute",
             {{"error", to_text(left.error())}});
  }
}

void SidekiqProcess::beat(SidekiqBeat& heart) {
  const auto signals = heart.beat();
  if (!signals) return;  // Said by the client; the next beat tries again.
  for (const std::string& signal : *signals) obey(signal);
}

void SidekiqProcess::obey(const std::string& signal) {
  log_info("sidekiq", "signal from a page", {{"signal", signal}});
  if (signal == "TSTP" || signal == "TERM") state_.quieten();
  if (signal == "TERM") on_stop_();
}

}  // namespace penstock::queue
