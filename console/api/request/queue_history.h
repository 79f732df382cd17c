// How the queue did, a sample a minute, for thirty days: console/queue_history.db.
//
// A file of its own, so that nothing of it waits for accounts nor they for it. What could not be
// had is null, and a minute without a sample is a gap: neither is 0.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "sqlite/sqlite.h"

namespace penstock::console {

inline constexpr std::int64_t kHistoryStepS = 60;
inline constexpr std::int64_t kHistoryKeptS = std::int64_t{30} * 86'400;

struct QueueSample {
  std::int64_t at_s = 0;  // Unix time; one a minute is kept.
  std::optional<std::int64_t> depth;
  std::optional<std::int64_t> oldest_ms;
  std::optional<std::int64_t> dead;
  // Since the sample before, over `seconds`; null where the worker was started between, or cannot
  // be asked. Messages, and the events that were stored of them.
  std::optional<std::int64_t> seconds;
  std::optional<std::int64_t> messages_in;
  std::optional<std::int64_t> messages_out;
  std::optional<std::int64_t> events_out;
};

// Of the samples of one step; null where none of them knows. Depth, age and dead letters are the
// largest there were, rates are by the minute.
struct QueueStep {
  std::int64_t at_s = 0;
  std::optional<std::int64_t> depth;
  std::optional<std::int64_t> oldest_ms;
  std::optional<std::int64_t> dead;
  std::optional<double> messages_in;
  std::optional<double> messages_out;
  std::optional<double> events_out;
};

// One thread.
class QueueHistory {
 public:
  // Makes the file. Whoever adds is one; readers open the file by themselves.
  static Result<QueueHistory> open(const std::string& path);

  // Takes the place of another sample of the same minute; samples older than kHistoryKeptS go.
  Result<void> add(const QueueSample& sample);

  // Steps from `from_s`, a multiple of `step_s`, to before `to_s`; those without a sample are left
  // out. `step_s` is a multiple of kHistoryStepS.
  Result<std::vector<QueueStep>> read(std::int64_t from_s, std::int64_t to_s, std::int64_t step_s);

 private:
  explicit QueueHistory(sqlite::Database database) : database_(std::move(database)) {}
  sqlite::Database database_;
};

}  // namespace penstock::console
