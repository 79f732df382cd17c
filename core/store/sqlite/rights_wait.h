// A lack of rights that may pass by itself, and how long that is waited for.
//
// Whoever restores a file sets its owner last. And where root reads a database, SQLite makes the
// -wal and -shm beside it as root's, and gives them to the database's owner a moment later
// (https://www.sqlite.org/src/file/src/os_unix.c, robustFchown); whoever opens it in between is
// told that it is read-only.
#pragma once

#include <cstdint>
#include <optional>

#include "base/error.h"

namespace penstock::store {

// Of one file. A value.
class RightsWait {
 public:
  static constexpr std::int64_t kWaitUs = 2'000'000;

  // Whether `error` is a lack of rights, and no older than kWaitUs. `now_us` is monotonic time.
  bool may_pass(const Error& error, std::int64_t now_us);

  // The file was used.
  void end() { since_us_.reset(); }

 private:
  std::optional<std::int64_t> since_us_;
};

}  // namespace penstock::store
