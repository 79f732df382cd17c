// Threads for one kind of request, each with a Services of its own, and a bounded line before them.
//
// Kinds do not share threads, so that a slow one (a chart over a year, a Redis that does not
// answer) keeps only its own kind waiting.
//
// More threads than cores would answer a page's questions all at its end, and none of them early.
// So tasks begin one behind the other while as many run as there are cores; those that have run for
// long do not count, and what comes behind them begins beside them. Of idle threads the last one
// that worked goes on: it has the files open.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "console/api/request/services.h"

namespace penstock::console {

class Workers {
 public:
  using Task = std::function<void(Services&)>;

  static constexpr std::chrono::milliseconds kLong{300};

  // Takes `services`: a thread each. `at_once`: tasks that run side by side, but for those that
  // have run for `is_long`.
  Workers(std::vector<std::unique_ptr<Services>> services, std::size_t waiting_max,
          std::size_t at_once = SIZE_MAX, std::chrono::milliseconds is_long = kLong);
  // Waits for what runs; what has not begun is dropped.
  ~Workers();
  Workers(const Workers&) = delete;
  Workers& operator=(const Workers&) = delete;

  // In the order of their coming. False: too many wait already. Any thread.
  bool start(Task task);

 private:
  using Time = std::chrono::steady_clock::time_point;

  void run(Services& services);
  // Until the thread of `services` may begin a task: then the line is not empty. False: it all
  // ends. With mutex_ locked.
  bool wait_for_turn(std::unique_lock<std::mutex>& lock, const Services& services);

  const std::size_t waiting_max_;
  const std::size_t at_once_;
  const std::chrono::milliseconds long_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Task> waiting_;           // Guarded by mutex_.
  std::vector<const Services*> idle_;  // Of threads; who worked last is last. Guarded by mutex_.
  std::vector<Time> begun_;   // When each that runs has begun, ascending. Guarded by mutex_.
  bool is_stopping_ = false;  // Guarded by mutex_.
  std::vector<std::unique_ptr<Services>> services_;
  std::vector<std::thread> threads_;
};

}  // namespace penstock::console
