// Time, passed in so that tests move it by hand.
//
// Wall time orders and labels events and may jump; monotonic time measures waits and never goes
// back. Nothing times out on wall time.
#pragma once

#include <cstdint>

namespace penstock {

class Clock {
 public:
  virtual ~Clock() = default;

  // Milliseconds since the Unix epoch, UTC.
  virtual std::int64_t wall_ms() const = 0;

  // Microseconds since some fixed moment before the process began.
  virtual std::int64_t mono_us() const = 0;
};

class SystemClock final : public Clock {
 public:
  std::int64_t wall_ms() const override;
  std::int64_t mono_us() const override;
};

// Stands still until it is moved; both times move together.
class ManualClock final : public Clock {
 public:
  explicit ManualClock(std::int64_t wall_ms) : wall_ms_(wall_ms) {}

  std::int64_t wall_ms() const override { return wall_ms_; }
  std::int64_t mono_us() const override { return mono_us_; }

  void advance_ms(std::int64_t ms) {
    wall_ms_ += ms;
    mono_us_ += ms * 1000;
  }
  // A step of the wall clock alone, as NTP or a person makes it.
  void set_wall_ms(std::int64_t ms) { wall_ms_ = ms; }

 private:
  std::int64_t wall_ms_;
  std::int64_t mono_us_ = 1;
};

}  // namespace penstock
