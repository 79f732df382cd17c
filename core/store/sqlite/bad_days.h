// Days whose files cannot be used: which, why, and what may be done about it.
//
// A day's own fault (garbage, a cut file, a folder of its name, no permission, a newer version)
// must not hold up the other days. What passes (a lock, a full disk, for a moment a lack of rights)
// is no fault of a day: the batch is held for it. Any thread may read; one writes.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "base/error.h"
#include "store/contract/bad_day.h"
#include "store/sqlite/rights_wait.h"

namespace penstock::store {

// "open a database: file is not a database (SQLite 26)": SQLite's words where the number is its
// own.
std::string sqlite_text(const Error& error);

// For people: names the file and the fault.
std::string reason_of_bad_day(const std::string& path, const Error& error);

// Whether an error is there until a person has put something right: all but locks and a lack of
// room, memory or descriptors.
bool is_lasting(const Error& error);

// Whether the error is a lasting one of this day's file. False where the whole folder cannot be
// used, or where there is no such file.
bool is_fault_of_day(const std::string& folder, std::int64_t day_ms, const Error& error);

class BadDays {
 public:
  explicit BadDays(std::string folder) : folder_(std::move(folder)) {}

  // Whether the fault of a day that is none of these may pass by itself. `now_us` is monotonic.
  bool may_pass(std::int64_t day_ms, const Error& error, std::int64_t now_us);

  // Remembers the day; the log names file, reason and remedy once for each reason. Returns the
  // reason, as a dead letter shows it.
  std::string add(std::int64_t day_ms, const Error& error);

  // The day was used without a fault.
  void remove(std::int64_t day_ms);

  std::vector<BadDay> list() const;

 private:
  const std::string folder_;
  mutable std::mutex mutex_;
  std::vector<BadDay> days_;                  // Ascending.
  std::map<std::int64_t, RightsWait> waits_;  // By day; the writer's.
};

}  // namespace penstock::store
