// A queue and an enricher in memory that keep their contracts, for the worker's tests.
#pragma once

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "base/check.h"
#include "base/text.h"
#include "enrich/enricher.h"
#include "event/batch.h"
#include "event/sidekiq/job.h"
#include "queue/contract/queue.h"

namespace penstock::worker {

inline constexpr std::int64_t kToday = 1'763'942'400'000;  // 2025-11-24, its first millisecond.

inline event::Record record_of(std::uint32_t number) {
  event::Record record;
  record.occurred_at_ms = kToday + number;
  record.received_at_ms = record.occurred_at_ms + 3;
  record.id = event::id_of_client("default", std::to_string(number), record.occurred_at_ms);
  record.project = "default";
  record.source = "events";
  record.name = "pageview";
  record.properties = R"({"n":1})";
  return record;
}

inline std::string batch_of(std::uint32_t first, std::uint32_t count) {
  event::BatchWriter writer;
  for (std::uint32_t i = first; i < first + count; ++i) writer.add(record_of(i));
  return writer.take();
}

inline std::string job_of(std::uint32_t number) {
  std::string job;
  event::append_sidekiq_job(record_of(number), {"default", "ProcessRequestJob"}, kToday, job);
  return job;
}

// Messages stay until they are released. Any thread may push and look.
class FakeConsumer final : public queue::Consumer {
 public:
  struct DeadLetter {
    std::string message;
    std::string reason;
  };

  void push(std::string message) {
    const std::lock_guard lock(mutex_);
    messages_.push_back(std::move(message));
    pushed_.notify_all();
  }
  std::size_t depth() const {
    const std::lock_guard lock(mutex_);
    return messages_.size();
  }
  std::vector<DeadLetter> dead() const {
    const std::lock_guard lock(mutex_);
    return dead_;
  }

  Result<queue::Claim> claim(std::size_t messages_max, std::size_t bytes_max,
                             std::int64_t wait_ms) override {
    std::unique_lock lock(mutex_);
    PENSTOCK_CHECK(claimed_ == 0);
    if (claims_failing_ > 0) {
      --claims_failing_;
      return fail(ErrorCode::kDisconnected, "claim");
    }
    pushed_.wait_for(lock, std::chrono::milliseconds(wait_ms),
                     [this] { return !messages_.empty(); });
    queue::Claim claim;
    std::size_t bytes = 0;
    if (is_alone_) messages_max = 1;
    for (const std::string& message : messages_) {
      bytes += message.size();
      if (claim.messages.size() == messages_max) break;
      if (bytes > bytes_max && !claim.messages.empty()) break;
      claim.messages.push_back(message);
      reserve_padding(claim.messages.back());
    }
    claimed_ = claim.messages.size();
    claim.receipts = receipts_;
    claim.is_alone = is_alone_;
    claims_ += claimed_ > 0 ? 1 : 0;
    return claim;
  }

  Result<void> release() override {
    const std::lock_guard lock(mutex_);
    const std::size_t count = std::exchange(claimed_, 0);
    if (releases_failing_ > 0) {
      --releases_failing_;
      return fail(ErrorCode::kDisconnected, "release");
    }
    messages_.erase(messages_.begin(), messages_.begin() + static_cast<std::ptrdiff_t>(count));
    return {};
  }

  void give_up() override {
    const std::lock_guard lock(mutex_);
    given_up_ += claimed_ > 0 ? 1 : 0;
    claimed_ = 0;
  }

  Result<void> set_aside(std::string_view message, std::string_view reason) override {
    const std::lock_guard lock(mutex_);
    PENSTOCK_CHECK(claimed_ > 0);
    if (set_asides_failing_ > 0) {
      --set_asides_failing_;
      return fail(ErrorCode::kDisconnected, "set aside");
    }
    dead_.push_back({std::string(message), std::string(reason)});
    return {};
  }

  Result<bool> keep() override {
    ++keeps_;
    if (keeps_failing_ > 0) {
      --keeps_failing_;
      return fail(ErrorCode::kDisconnected, "keep");
    }
    return is_kept_.load();
  }
  std::int64_t keep_every_ms() const override { return keep_every_ms_; }

  Result<queue::QueueState> state() override { return queue::QueueState{depth(), 1.5}; }

  std::size_t claims() const { return claims_; }
  std::size_t given_up() const { return given_up_; }

  // How many of the next calls fail.
  std::atomic<int> claims_failing_{0};
  std::atomic<int> releases_failing_{0};
  std::atomic<int> set_asides_failing_{0};
  std::atomic<int> keeps_failing_{0};
  std::atomic<int> keeps_{0};
  std::atomic<bool> is_kept_{true};
  std::atomic<std::int64_t> keep_every_ms_{0};
  // What the next claims say.
  std::atomic<std::uint32_t> receipts_{1};
  std::atomic<bool> is_alone_{false};

 private:
  mutable std::mutex mutex_;
  std::condition_variable pushed_;
  std::deque<std::string> messages_;
  std::vector<DeadLetter> dead_;
  std::size_t claimed_ = 0;
  std::atomic<std::size_t> claims_{0};
  std::atomic<std::size_t> given_up_{0};
};

class FakeEnricher final : public enrich::Enricher {
 public:
  event::Row enrich(const event::Record& record) override {
    event::Row row;
    row.record = record;
    row.path = "/";
    return row;
  }
  void forget() override { ++forgotten; }
  std::uint64_t unjudged_user_agents() const override { return 0; }

  int forgotten = 0;
};

}  // namespace penstock::worker
