// Processor and wall time of a piece of work, in seconds; of this process, all threads together.
#pragma once

#include <ctime>

namespace penstock::store {

inline double seconds(clockid_t clock) {
  timespec now{};
  clock_gettime(clock, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

struct Spent {
  double cpu_s = 0;
  double wall_s = 0;

  Spent& operator+=(const Spent& other) {
    cpu_s += other.cpu_s;
    wall_s += other.wall_s;
    return *this;
  }
};

template <class Work>
Spent spent_by(Work work) {
  const double cpu = seconds(CLOCK_PROCESS_CPUTIME_ID);
  const double wall = seconds(CLOCK_MONOTONIC);
  work();
  return {seconds(CLOCK_PROCESS_CPUTIME_ID) - cpu, seconds(CLOCK_MONOTONIC) - wall};
}

}  // namespace penstock::store
