#include "console/api/request/workers.h"

#include <utility>

#include "base/check.h"

namespace penstock::console {

Workers::Workers(std::vector<std::unique_ptr<Services>> services, std::size_t waiting_max)
    : waiting_max_(waiting_max), services_(std::move(services)) {
  PENSTOCK_CHECK(!services_.empty());
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
  changed_.notify_one();
  return true;
}

void Workers::run(Services& services) {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return is_stopping_ || !waiting_.empty(); });
    if (is_stopping_) return;
    const Task task = std::move(waiting_.front());
    waiting_.pop_front();
    lock.unlock();
    task(services);
    lock.lock();
  }
}

}  // namespace penstock::console
