// Threads for one kind of request, each with a Services of its own, and a bounded line before them.
//
// Kinds do not share threads, so that a slow one (a chart over a year, a Redis that does not
// answer) keeps only its own kind waiting.
#pragma once

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

  // Takes `services`: a thread each.
  Workers(std::vector<std::unique_ptr<Services>> services, std::size_t waiting_max);
  // Waits for what runs; what has not begun is dropped.
  ~Workers();
  Workers(const Workers&) = delete;
  Workers& operator=(const Workers&) = delete;

  // In the order of their coming. False: too many wait already. Any thread.
  bool start(Task task);

 private:
  void run(Services& services);

  const std::size_t waiting_max_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Task> waiting_;  // Guarded by mutex_.
  bool is_stopping_ = false;  // Guarded by mutex_.
  std::vector<std::unique_ptr<Services>> services_;
  std::vector<std::thread> threads_;
};

}  // namespace penstock::console
