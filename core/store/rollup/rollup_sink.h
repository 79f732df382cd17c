// What a store does with a batch's counts and sketches, and the words in which both speak of them.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/error.h"
#include "store/rollup/hyperloglog.h"

namespace penstock::store {

// Steps, in seconds: those that are kept are hours and days.
inline constexpr std::int64_t kMinuteS = 60;
inline constexpr std::int64_t kHourS = 3'600;
inline constexpr std::int64_t kDayS = 86'400;
// What is counted.
inline constexpr std::int64_t kTotalCode = 0;
inline constexpr std::int64_t kBotsCode = 1;

// What lists show for the values that a day's dictionary had no room for (columns/column.h).
inline constexpr std::string_view kOtherValue = "(other)";

// Each store's own. All calls are inside one transaction of the caller's. Texts are lent for the
// call.
class RollupSink {
 public:
  virtual ~RollupSink() = default;

  // Adds `events` to the count of that key.
  virtual Result<void> add_count(std::int64_t step_s, std::string_view project, std::int64_t code,
                                 std::int64_t at_s, std::uint64_t events) = 0;

  virtual Result<void> merge_sketch(std::int64_t step_s, std::string_view project,
                                    std::int64_t at_s, const HyperLogLog& sketch) = 0;
};

}  // namespace penstock::store
