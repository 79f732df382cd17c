// events/recent.db: which ids of clients were stored lately, whatever day they are in.
//
// A day file knows its own ids. A client that sends an event again with another time, or on another
// day, has the same key() under another time: this file knows the keys of the last days, each with
// the day of its receipt. It is written after the days' transactions and before the claim is
// released: a crash in between brings the same message again, whose whole id the day file knows.
//
// A key takes about 12 bytes on the disk and 1.5 in memory (IdRuns). It is forgotten when its day
// of receipt is more than 8 days past, sooner where there are more than kKeysMax. Loss of the file
// stops nothing; it is made anew, and says so.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "event/record.h"
#include "store/sqlite/day_folder.h"
#include "store/sqlite/id_runs.h"
#include "store/sqlite/rights_wait.h"

namespace penstock::store {

class RecentIds {
 public:
  // The promise; days of receipt that differ by no more are within it.
  static constexpr std::int64_t kPromisedDays = 7;
  static constexpr std::int64_t kKeptDays = 8;
  // 1.2 GB on the disk, 150 MB in memory. Above it the oldest are forgotten before their time, with
  // a warning.
  static constexpr std::int64_t kKeysMax = 100'000'000;

  using Key = IdKey;
  static Key key_of(const event::Record& record, std::int64_t now_ms);

  RecentIds(const std::string& folder, const Clock& clock);
  ~RecentIds();

  // Whether each key is known. `keys` ascend by hash and rest. Errors are those that pass (a lock,
  // a full disk, for a moment a lack of rights); without a usable file nothing is known.
  Result<std::vector<bool>> find(std::span<const Key> keys);

  // Remembers keys, which ascend likewise, in one transaction, durable when it returns. Forgets
  // some expired ones where `forgets`: not by a clock that may be wrong.
  Result<void> add(std::span<const Key> keys, std::int64_t now_ms, bool forgets);

  static std::string path_in(const std::string& folder) { return folder + "/recent.db"; }

 private:
  // Runs `work` on the file; where that fails for good, once more on a new one.
  template <class Work>
  Result<void> with_file(Work work);
  Result<void> open();
  Result<void> forget(std::int64_t today);
  void set_aside(const Error& error);

  const std::string path_;
  const Clock& clock_;
  RightsWait rights_wait_;
  std::optional<FileMark> mark_;
  std::unique_ptr<IdRuns> file_;
  bool is_unusable_said_ = false;
  bool is_full_said_ = false;
};

}  // namespace penstock::store
