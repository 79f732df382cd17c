// events/recent.db: which ids of clients were stored lately, whatever day they are in.
//
// A day file knows its own ids. A client that sends an event again with another time, or on another
// day, has the same key() under another time: this file knows the keys of the last days, each with
// the day of its receipt. It is written after the days' transactions and before the claim is
// released: a crash in between brings the same message again, whose whole id the day file knows.
//
// A row takes about 26 bytes. Expired ones go by and by, with what is added: after 8 days and at
// most 3 more, sooner where there are more than kRowsMax. Loss of the file stops nothing; it is
// made anew, and says so.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/error.h"
#include "event/record.h"
#include "sqlite/sqlite.h"
#include "store/sqlite/day_folder.h"

namespace penstock::store {

class RecentIds {
 public:
  // The promise; days of receipt that differ by no more are within it.
  static constexpr std::int64_t kPromisedDays = 7;
  static constexpr std::int64_t kKeptDays = 8;
  // 2.6 GB on the disk. Above it the oldest are forgotten before their time, with a warning.
  static constexpr std::int64_t kRowsMax = 100'000'000;

  // The key in two numbers, so that it can be a row id, and the day of receipt since 1970.
  struct Key {
    std::int64_t low = 0;   // 61 bits of the hash.
    std::int64_t high = 0;  // The other 12.
    std::int64_t day = 0;

    static Key of(const event::Record& record, std::int64_t now_ms);
    bool has_same_id(const Key& other) const { return low == other.low && high == other.high; }
  };

  explicit RecentIds(const std::string& folder);
  ~RecentIds();

  // Whether each key is known. `keys` should ascend by `low`, which is the order of the file.
  // Errors are those that pass (a lock, a full disk); without a usable file nothing is known.
  Result<std::vector<bool>> find(std::span<const Key> keys);

  // Remembers keys, in one transaction, durable when it returns; those known already change
  // nothing. Forgets some expired ones where `forgets`: not by a clock that may be wrong.
  Result<void> add(std::span<const Key> keys, std::int64_t now_ms, bool forgets);

  static std::string path_in(const std::string& folder) { return folder + "/recent.db"; }

 private:
  struct File;

  // Runs `work` on the file; where that fails for good, once more on a new one.
  template <class Work>
  Result<void> with_file(Work work);
  Result<void> open();
  void set_aside(const Error& error);
  void forget(File& file, std::int64_t today);

  const std::string path_;
  std::optional<FileMark> mark_;
  std::unique_ptr<File> file_;
  bool is_unusable_said_ = false;
  bool is_full_said_ = false;
};

}  // namespace penstock::store
