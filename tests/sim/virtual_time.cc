#include "sim/virtual_time.h"

#include <algorithm>
#include <ctime>

#include <sys/syscall.h>
#include <unistd.h>

namespace {

constexpr std::int64_t kStartNs = 1'000'000'000'000;  // Some time after the machine started.
std::int64_t virtual_ns = 0;                          // 0: nothing is simulated.

int real_clock(clockid_t clock, timespec* time) {
  return static_cast<int>(::syscall(SYS_clock_gettime, clock, time));
}

}  // namespace

// In place of the C library's, for all of this program and the libraries that it uses.
extern "C" int clock_gettime(clockid_t clock, timespec* time) {
  const bool is_monotonic = clock == CLOCK_MONOTONIC || clock == CLOCK_MONOTONIC_COARSE;
  if (virtual_ns == 0 || !is_monotonic) return real_clock(clock, time);
  time->tv_sec = virtual_ns / 1'000'000'000;
  time->tv_nsec = virtual_ns % 1'000'000'000;
  return 0;
}

namespace penstock::sim {

VirtualTime::VirtualTime() { virtual_ns = kStartNs; }
VirtualTime::~VirtualTime() { virtual_ns = 0; }

std::int64_t VirtualTime::now_ms() const { return (virtual_ns - kStartNs) / 1'000'000; }

bool VirtualTime::run(io::Loop& loop, std::int64_t limit_ms, FunctionRef<bool()> is_done) {
  const std::int64_t until_ns = virtual_ns + limit_ms * 1'000'000;
  while (!is_done()) {
    uv_run(loop.uv(), UV_RUN_NOWAIT);
    const std::int64_t next_ms = uv_backend_timeout(loop.uv());
    const std::int64_t left_ns = until_ns - virtual_ns;
    if (left_ns <= 0) return is_done();
    // -1: there is no timer, so nothing will ever happen.
    virtual_ns += next_ms < 0 ? left_ns : std::min(next_ms * 1'000'000, left_ns);
  }
  return true;
}

double real_seconds() {
  timespec time{};
  real_clock(CLOCK_MONOTONIC, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
}

}  // namespace penstock::sim
