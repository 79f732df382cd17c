#include "store/columns/kept_masks.h"

#include <algorithm>

namespace penstock::store {

std::shared_ptr<FilterMasks> KeptMasks::find_locked(const Filter& filter) {
  const auto found = std::find_if(kept_.begin(), kept_.end(),
                                  [&](const auto& kept) { return kept.first == filter; });
  if (found == kept_.end()) return nullptr;
  std::rotate(found, found + 1, kept_.end());
  return kept_.back().second;
}

std::shared_ptr<FilterMasks> KeptMasks::find(const Filter& filter) {
  const std::lock_guard lock(mutex_);
  return find_locked(filter);
}

std::shared_ptr<FilterMasks> KeptMasks::find_or_begin(const Filter& filter, std::size_t chunks) {
  const std::lock_guard lock(mutex_);
  if (auto found = find_locked(filter)) return found;
  if (kept_.size() == kFiltersMax) kept_.erase(kept_.begin());
  return kept_.emplace_back(filter, std::make_shared<FilterMasks>(chunks)).second;
}

}  // namespace penstock::store
