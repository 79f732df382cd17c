// Counts errors into their groups as they are stored, though nobody looks: so a resolved error that
// comes back is open again by the time that somebody does.
//
// A thread of its own that yields to all others of the machine. A store that has events already
// when the console meets it first is read from its beginning, in pieces with pauses between;
// whoever asks meanwhile is told how far it is. While nothing is stored it looks at the files'
// times alone.
//
// What vanishes from the store stays counted. What is put into it by hand, behind the position, is
// not seen.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "base/clock.h"
#include "base/error.h"
#include "console/api/errors/error_counter.h"
#include "json/reader.h"
#include "store/contract/queries.h"

namespace penstock::console {

class ErrorFollower {
 public:
  static constexpr std::int64_t kTickMs = 1'000;
  // Of one piece, whose errors are held in memory and change console.db in one transaction.
  static constexpr std::uint32_t kRowsMax = 50'000;
  static constexpr std::size_t kErrorsMax = 2'000;
  static constexpr std::int64_t kPieceMsMax = 500;
  // Where nothing was counted, the position is kept so often: other rows are soon read again.
  static constexpr std::int64_t kKeepMs = 60'000;

  // Begins to count. Borrows `clock`. Errors: console.db or the store's folder cannot be used.
  static Result<std::unique_ptr<ErrorFollower>> start(const std::string& console_db,
                                                      const std::string& store, const Clock& clock);
  // The same, without a thread: for tests, which call take() themselves.
  static Result<std::unique_ptr<ErrorFollower>> open(const std::string& console_db,
                                                     const std::string& store, const Clock& clock);
  ~ErrorFollower();
  ErrorFollower(const ErrorFollower&) = delete;
  ErrorFollower& operator=(const ErrorFollower&) = delete;

  // Counts one piece. True where there is more.
  Result<bool> take();

 private:
  ErrorFollower(std::unique_ptr<ErrorCounter> counter, std::unique_ptr<store::Queries> queries,
                const Clock& clock)
      : counter_(std::move(counter)), queries_(std::move(queries)), clock_(clock) {}
  void run();
  // False: it is over.
  bool wait(std::int64_t ms);

  std::unique_ptr<ErrorCounter> counter_;
  std::unique_ptr<store::Queries> queries_;
  const Clock& clock_;
  std::atomic<bool> is_stopping_{false};

  // The thread's own.
  json::Reader reader_;
  std::string kept_;               // The position in console.db; "" where it has to be read.
  std::string position_;           // Behind it there is nothing but rows that are no errors.
  std::optional<bool> is_behind_;  // As console.db says; nullopt: it has to be written.
  std::int64_t kept_at_us_ = 0;
  std::uint64_t stamp_ = 0;
  bool is_failing_ = false;  // Said once.

  std::mutex mutex_;
  std::condition_variable stop_asked_;
  std::thread thread_;  // Last: it uses all of the others.
};

}  // namespace penstock::console
