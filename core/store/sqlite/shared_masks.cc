#include "store/sqlite/shared_masks.h"

#include <map>

namespace penstock::store {

std::shared_ptr<KeptMasks> SharedMasks::newest() const {
  const std::lock_guard lock(mutex_);
  return newest_;
}

std::shared_ptr<KeptMasks> SharedMasks::renew(const std::shared_ptr<KeptMasks>& seen) {
  const std::lock_guard lock(mutex_);
  if (newest_ != seen) return nullptr;
  newest_ = std::make_shared<KeptMasks>();
  return newest_;
}

std::shared_ptr<SharedMasks> shared_masks_of(const FileMark& file) {
  static std::mutex mutex;
  static std::map<std::pair<std::uint64_t, std::uint64_t>, std::weak_ptr<SharedMasks>> files;

  const std::lock_guard lock(mutex);
  std::erase_if(files, [](const auto& entry) { return entry.second.expired(); });
  auto& known = files[{file.device, file.inode}];
  auto shared = known.lock();
  if (shared == nullptr) {
    shared = std::make_shared<SharedMasks>();
    known = shared;
  }
  return shared;
}

KeptMasks* MasksOfConnection::at(std::int64_t version) {
  if (masks_ != nullptr && version == version_) {
    masks_ = seen_;
  } else {
    masks_ = shared_->renew(seen_);
    if (masks_ != nullptr) seen_ = masks_;
  }
  version_ = version;
  return masks_.get();
}

}  // namespace penstock::store
