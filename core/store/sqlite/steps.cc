#include "store/sqlite/steps.h"

#include <algorithm>

#include "store/rollup/rollup_sink.h"

namespace penstock::store {
namespace {

// No day file lies outside of these years.
constexpr std::int64_t kEndMs = 253'402'300'800'000;

}  // namespace

Range storable_range(const Range& range) {
  return {std::clamp<std::int64_t>(range.from_ms, 0, kEndMs),
          std::clamp<std::int64_t>(range.to_ms, 0, kEndMs)};
}

Result<std::vector<std::int64_t>> steps_of(const Range& range, std::int64_t step_s) {
  if (step_s <= 0 || step_s % kMinuteS != 0 || step_s > kEndMs / 1'000) {
    return fail(ErrorCode::kRejected, "a step of 60, 3600 or 86400 seconds, or a multiple");
  }
  std::vector<std::int64_t> at_s;
  if (range.from_ms >= range.to_ms) return at_s;
  const std::int64_t from_s = range.from_ms / 1'000;
  const std::int64_t start_s = from_s - from_s % std::min(step_s, kDayS);
  const std::int64_t end_s = (range.to_ms + 999) / 1'000;
  const std::int64_t points = (end_s - start_s + step_s - 1) / step_s;
  if (points > kPointsMax) {
    return fail(ErrorCode::kRejected, points, "a range of at most 5,000 points");
  }
  for (std::int64_t i = 0; i < points; ++i) at_s.push_back(start_s + i * step_s);
  return at_s;
}

}  // namespace penstock::store
