// Counters of one thread, read by any.
//
// Each counter has one writer, so an increment is a plain load, add and store; readers on other
// threads see a value that was true a moment ago. Whoever shows a total sums the threads'.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <span>

namespace penstock {

class Counter {
 public:
  // Writer's thread only.
  void add(std::uint64_t amount = 1) {
    value_.store(value_.load(std::memory_order_relaxed) + amount, std::memory_order_relaxed);
  }
  void set(std::uint64_t value) { value_.store(value, std::memory_order_relaxed); }

  std::uint64_t value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::uint64_t> value_{0};
};

// Durations in fixed buckets, as a Prometheus histogram shows them.
class Histogram {
 public:
  // Upper bounds in microseconds; a last bucket, +Inf, holds the rest.
  static constexpr std::array<std::int64_t, 14> kBoundsUs = {
      100,    250,    500,     1'000,   2'500,     5'000,     10'000,
      25'000, 50'000, 100'000, 250'000, 1'000'000, 5'000'000, 30'000'000};

  // Writer's thread only.
  void observe_us(std::int64_t us);

  // Observations in bucket `index` alone, not cumulated; index <= kBoundsUs.size().
  std::uint64_t bucket(std::size_t index) const { return buckets_[index].value(); }
  std::uint64_t sum_us() const { return sum_us_.value(); }

 private:
  std::array<Counter, kBoundsUs.size() + 1> buckets_;
  Counter sum_us_;
};

}  // namespace penstock
