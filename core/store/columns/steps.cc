#include "store/columns/steps.h"

#include <algorithm>
#include <functional>
#include <limits>

#include "store/rollup/rollup_sink.h"

namespace penstock::store {
namespace {

// No day file lies outside of these years.
constexpr std::int64_t kEndMs = 253'402'300'800'000;

constexpr const char* kTooMany = "a range of at most 5,000 points";

Result<std::vector<std::int64_t>> even_starts(const Range& range, std::int64_t step_s) {
  if (step_s <= 0 || step_s % kMinuteS != 0 || step_s > kEndMs / 1'000) {
    return fail(ErrorCode::kRejected, "a step of 60, 3600 or 86400 seconds, or a multiple");
  }
  std::vector<std::int64_t> at_s;
  if (range.from_ms >= range.to_ms) return at_s;
  const std::int64_t from_s = range.from_ms / 1'000;
  const std::int64_t start_s = from_s - from_s % std::min(step_s, kDayS);
  const std::int64_t end_s = (range.to_ms + 999) / 1'000;
  const std::int64_t points = (end_s - start_s + step_s - 1) / step_s;
  if (points > kPointsMax) return fail(ErrorCode::kRejected, points, kTooMany);
  for (std::int64_t i = 0; i < points; ++i) at_s.push_back(start_s + i * step_s);
  return at_s;
}

Result<void> check_starts(const Range& range, const StepStarts& at_s) {
  if (at_s.size() > static_cast<std::size_t>(kPointsMax)) {
    return fail(ErrorCode::kRejected, static_cast<std::int64_t>(at_s.size()), kTooMany);
  }
  const bool is_ascending =
      std::adjacent_find(at_s.begin(), at_s.end(), std::greater_equal<>()) == at_s.end();
  if (at_s.empty() || !is_ascending || at_s.front() * 1'000 > range.from_ms) {
    return fail(ErrorCode::kRejected, "starts of steps that ascend from the range's");
  }
  return {};
}

}  // namespace

Range storable_range(const Range& range) {
  return {std::clamp<std::int64_t>(range.from_ms, 0, kEndMs),
          std::clamp<std::int64_t>(range.to_ms, 0, kEndMs)};
}

Result<Steps> Steps::of(const Range& range, const Step& step) {
  Steps steps;
  if (const auto* length_s = std::get_if<std::int64_t>(&step)) {
    auto at_s = even_starts(range, *length_s);
    if (!at_s) return fail(at_s.error());
    steps.length_s_ = *length_s;
    steps.at_s_ = *std::move(at_s);
  } else if (range.from_ms < range.to_ms) {
    steps.at_s_ = std::get<StepStarts>(step);
    PENSTOCK_TRY(check_starts(range, steps.at_s_));
  }
  return steps;
}

std::size_t Steps::index_of(std::int64_t at_ms) const {
  if (length_s_ > 0) {
    const auto index = static_cast<std::size_t>((at_ms - start_ms(0)) / (length_s_ * 1'000));
    return std::min(index, size() - 1);
  }
  const auto after = std::upper_bound(
      at_s_.begin(), at_s_.end(), at_ms,
      [](std::int64_t time_ms, std::int64_t start_s) { return time_ms < start_s * 1'000; });
  return static_cast<std::size_t>(std::max<std::ptrdiff_t>(after - at_s_.begin() - 1, 0));
}

std::int64_t Steps::end_ms(std::size_t index) const {
  if (index + 1 < size()) return start_ms(index + 1);
  return std::numeric_limits<std::int64_t>::max();
}

bool Steps::begin_at_multiples_of(std::int64_t seconds) const {
  if (length_s_ > 0) return length_s_ % seconds == 0;
  return std::all_of(at_s_.begin(), at_s_.end(),
                     [=](std::int64_t start_s) { return start_s % seconds == 0; });
}

}  // namespace penstock::store
