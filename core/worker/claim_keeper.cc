#include "worker/claim_keeper.h"

#include <chrono>

#include "base/log.h"

namespace penstock::worker {

ClaimKeeper::ClaimKeeper(queue::Consumer& consumer, const Clock& clock)
    : consumer_(consumer), clock_(clock), every_ms_(consumer.keep_every_ms()) {}

ClaimKeeper::~ClaimKeeper() { stop(); }

void ClaimKeeper::start() {
  if (every_ms_ == 0 || thread_.joinable()) return;
  is_stopping_ = false;
  thread_ = std::thread([this] { run(); });
}

void ClaimKeeper::stop() {
  if (!thread_.joinable()) return;
  {
    const std::lock_guard lock(mutex_);
    is_stopping_ = true;
  }
  stopping_.notify_all();
  thread_.join();
}

void ClaimKeeper::begin() {
  const std::int64_t now_us = clock_.mono_us();
  life_us_ = now_us;
  begun_us_ = now_us;
}

void ClaimKeeper::show_life() { life_us_ = clock_.mono_us(); }

void ClaimKeeper::end() { begun_us_ = 0; }

void ClaimKeeper::run() {
  std::unique_lock lock(mutex_);
  const auto is_stopping = [this] { return is_stopping_; };
  while (!stopping_.wait_for(lock, std::chrono::milliseconds(every_ms_), is_stopping)) {
    lock.unlock();
    look();
    lock.lock();
  }
}

// Most claims are over before they are half a period old, and cost nothing here.
void ClaimKeeper::look() {
  const std::int64_t begun_us = begun_us_;
  const std::int64_t now_us = clock_.mono_us();
  if (begun_us == 0 || now_us - begun_us < every_ms_ * 1'000 / 2) {
    is_left_ = false;
    return;
  }
  const bool is_silent = now_us - life_us_ > kSilenceMaxMs * 1'000;
  const bool was_left = is_left_.exchange(is_silent);
  if (!is_silent) return keep();
  if (was_left) return;
  log_error("worker.batch_stuck",
            "the batch in hand does not move; its claim is left to other workers",
            {{"seconds", (now_us - begun_us) / 1'000'000}});
}

// A queue that does not answer is asked again at the next turn.
void ClaimKeeper::keep() {
  const std::int64_t begun_us = begun_us_;
  const auto kept = consumer_.keep();
  if (!kept || *kept || begun_us == lost_claim_us_) return;
  lost_claim_us_ = begun_us;
  log_warn("worker.claim_lost",
           "another worker has taken the queue over; the batch in hand comes twice");
}

}  // namespace penstock::worker
