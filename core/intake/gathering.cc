#include "intake/gathering.h"

#include <algorithm>
#include <utility>

namespace penstock::intake {
namespace {

constexpr std::int64_t kGatherUs = 1'000;

}  // namespace

bool Gathering::wants_more(std::uint32_t events, std::int64_t now_us) {
  const std::uint32_t before = std::exchange(events_, events);
  if (before == 0) since_us_ = now_us;
  return events > std::max(before, 1u) && now_us - since_us_ < kGatherUs;
}

}  // namespace penstock::intake
