#include "base/counters.h"

#include <algorithm>

namespace penstock {

void Histogram::observe_us(std::int64_t us) {
  const auto bound = std::lower_bound(kBoundsUs.begin(), kBoundsUs.end(), us);
  buckets_[static_cast<std::size_t>(bound - kBoundsUs.begin())].add();
  sum_us_.add(static_cast<std::uint64_t>(std::max<std::int64_t>(us, 0)));
}

}  // namespace penstock
