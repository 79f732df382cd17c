#include "console/api/request/workers.h"

#include <algorithm>
#include <utility>

#include "base/check.h"

namespace penstock::console {

Workers::Workers(std::vector<std::unique_ptr<Services>> services, std::size_t waiting_max,
                 std::size_t at_once, std::chrono::milliseconds is_long)
    : waiting_max_(waiting_max), at_once_(at_once), long_(is_long), services_(std::move(services)) {
  PENSTOCK_CHECK(!services_.empty() && at_once > 0);
  for (const auto& one : services_) idle_.push_back(one.get());
  for (const auto& one : services_) {
    threads_.emplace_back([this, mine = one.get()] { run(*mine); });
  }
}

Workers::~Workers() {
  {
    const std::lock_guard lock(mutex_);
    is_stopping_ = true;
  }
  changed_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

bool Workers::start(Task task) {
  {
    const std::lock_guard lock(mutex_);
    if (waiting_.size() >= waiting_max_) return false;
    waiting_.push_back(std::move(task));
  }
  changed_.notify_all();
  return true;
}

bool Workers::wait_for_turn(std::unique_lock<std::mutex>& lock, const Services& services) {
  while (!is_stopping_) {
    if (waiting_.empty() || idle_.back() != &services) {
      changed_.wait(lock);
      continue;
    }
    if (begun_.size() < at_once_) return true;
    // The last at_once_ of those that run are young, unless the first of these is not.
    const Time is_long = begun_[begun_.size() - at_once_] + long_;
    if (std::chrono::steady_clock::now() >= is_long) return true;
    changed_.wait_until(lock, is_long);
  }
  return false;
}

void Workers::run(Services& services) {
  std::unique_lock lock(mutex_);
  while (wait_for_turn(lock, services)) {
    const Task task = std::move(waiting_.front());
    waiting_.pop_front();
    idle_.pop_back();
    changed_.notify_all();  // The next one's turn.
    const Time begun = std::chrono::steady_clock::now();
    begun_.push_back(begun);
    lock.unlock();
    task(services);
    lock.lock();
    begun_.erase(std::find(begun_.begin(), begun_.end(), begun));
    idle_.push_back(&services);
    changed_.notify_all();
  }
}

}  // namespace penstock::console
