// What filters leave of a day's chunks, shared by all connections of this process to its file.
//
// SQLite tells a connection no more than whether others have committed since it last looked. One
// that sees no commit takes over the newest masks there were before it looked: whoever began them
// looked after it had looked last, and so between two looks that saw the same.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <utility>

#include "store/columns/kept_masks.h"
#include "store/sqlite/day_folder.h"

namespace penstock::store {

// Any thread.
class SharedMasks {
 public:
  std::shared_ptr<KeptMasks> newest() const;
  // New ones, where `seen` are the newest still. Null: somebody was faster, at this commit or at
  // another.
  std::shared_ptr<KeptMasks> renew(const std::shared_ptr<KeptMasks>& seen);

 private:
  mutable std::mutex mutex_;
  std::shared_ptr<KeptMasks> newest_ = std::make_shared<KeptMasks>();  // Guarded by mutex_.
};

// One file's, for as long as anybody has them.
std::shared_ptr<SharedMasks> shared_masks_of(const FileMark& file);

// One connection's.
class MasksOfConnection {
 public:
  explicit MasksOfConnection(std::shared_ptr<SharedMasks> shared)
      : shared_(std::move(shared)), seen_(shared_->newest()) {}

  // Before each transaction: at() sees no others than there were at the last call.
  void look() { seen_ = shared_->newest(); }

  // Within the transaction, of its moment; `version` is its "PRAGMA data_version". Null where
  // nothing is to be kept. Lent until the next call.
  KeptMasks* at(std::int64_t version);

 private:
  const std::shared_ptr<SharedMasks> shared_;
  std::shared_ptr<KeptMasks> seen_;
  std::shared_ptr<KeptMasks> masks_;  // Of version_; null before the first call.
  std::int64_t version_ = 0;
};

}  // namespace penstock::store
