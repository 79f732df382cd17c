// The masks of the filters that a day was asked with last, of one state of its chunks: whoever
// finds that the chunks may be others begins with new ones. Any thread.
#pragma once

#include <cstddef>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "store/columns/filter_masks.h"
#include "store/contract/filter.h"

namespace penstock::store {

class KeptMasks {
 public:
  // What being a bot leaves, which is kept by itself (scan.h), and the filters of three pages.
  static constexpr std::size_t kFiltersMax = 4;

  // Null where none are kept.
  std::shared_ptr<FilterMasks> find(const Filter& filter);
  // Those, or else new ones in the place of what was asked for longest ago.
  std::shared_ptr<FilterMasks> find_or_begin(const Filter& filter, std::size_t chunks);

 private:
  std::shared_ptr<FilterMasks> find_locked(const Filter& filter);

  std::mutex mutex_;
  // Asked for last is last. Guarded by mutex_.
  std::vector<std::pair<Filter, std::shared_ptr<FilterMasks>>> kept_;
};

}  // namespace penstock::store
