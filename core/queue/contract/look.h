// Who works on a queue, and which jobs wait for their time: for people to look at.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/error.h"

namespace penstock::queue {

// Times are Unix milliseconds, 0: unknown.
struct SeenWorker {
  std::string identity;  // "HOST:PID:NONCE"
  std::int64_t started_ms = 0;
  std::int64_t seen_ms = 0;  // Its last beat.
  std::uint64_t busy = 0;    // Jobs or messages in hand.
  std::int64_t busy_ms = 0;  // Since when it has the oldest of them.
  bool is_quiet = false;     // Takes no more.
  bool is_gone = false;      // Listed, and has not beaten for a minute or more.
};

enum class TimedSet : std::uint8_t { kRetry, kSchedule };

struct TimedJob {
  std::int64_t at_ms = 0;  // When it is due.
  std::string job;         // kReadablePadding capacity behind it.
};

struct TimedJobs {
  std::uint64_t total = 0;
  std::vector<TimedJob> jobs;
};

// Blocking; one thread.
class Look {
 public:
  virtual ~Look() = default;
  // Those that the queue itself knows of; none where it is the spool.
  virtual Result<std::vector<SeenWorker>> workers() = 0;
  // Whether there are such sets: Sidekiq's format alone has them.
  virtual bool has_timed_jobs() const = 0;
  // Requires has_timed_jobs().
  virtual Result<TimedJobs> timed_jobs(TimedSet set, std::size_t first, std::size_t count) = 0;
};

}  // namespace penstock::queue
