// The worker as a process of Sidekiq's: shown on its pages with its queue, job in hand and
// statistics, stopped by their buttons, and polling the sets of scheduled and failed jobs.
//
// A thread and a Redis connection of its own. Nothing of the worker waits for it: where Redis is
// away, beats are missed and the counts are kept for the next.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "base/clock.h"
#include "queue/contract/queue.h"
#include "queue/redis/options.h"
#include "queue/sidekiq/state.h"

namespace penstock::queue {

class SidekiqBeat;

struct SidekiqProcessOptions {
  RedisOptions redis;     // With a sidekiq_queue.
  std::string identity;   // "HOST:PID:NONCE".
  std::string job_class;  // For an event that did not come as a job.
  std::string version;
  std::int64_t beat_ms = 5'000;
  std::int64_t first_poll_ms = 10'000;  // At least; up to half as much again.
};

class SidekiqProcess {
 public:
  // Borrows `clock`. `on_stop` is called on the process's own thread, when a page's button asks the
  // worker to stop; the worker is quiet by then.
  SidekiqProcess(const SidekiqProcessOptions& options, const Clock& clock,
                 std::function<void()> on_stop);
  SidekiqProcess(const SidekiqProcess&) = delete;
  SidekiqProcess& operator=(const SidekiqProcess&) = delete;
  ~SidekiqProcess();

  // The worker's consumer, as this process runs it. Must not outlive the process.
  std::unique_ptr<Consumer> wrap(std::unique_ptr<Consumer> consumer);

  void start();

  // Flushes the statistics and takes the process off the pages. Call it when the last claim is
  // released. Does nothing where it does not run.
  void stop();

 private:
  void run();
  void beat(SidekiqBeat& heart);
  void obey(const std::string& signal);

  const SidekiqProcessOptions options_;
  const Clock& clock_;
  const std::function<void()> on_stop_;
  SidekiqState state_;

  std::mutex mutex_;
  std::condition_variable stop_asked_;
  bool is_stopping_ = false;
  std::thread thread_;
};

}  // namespace penstock::queue
