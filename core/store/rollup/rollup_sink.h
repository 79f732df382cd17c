// What a store does with a batch's counts and sketches, and the words in which both speak of them.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/error.h"
#include "store/rollup/hyperloglog.h"

namespace penstock::store {

// Steps, in seconds, and what the dimension's code is beside the numbers of Dimension (see
// rollup_code()).
inline constexpr std::int64_t kMinuteS = 60;
inline constexpr std::int64_t kHourS = 3'600;
inline constexpr std::int64_t kDayS = 86'400;
inline constexpr std::int64_t kTotalCode = 0;
inline constexpr std::int64_t kBotsCode = 1;

// Values of a dimension that one bucket (step, project, dimension, time) counts by name; further
// ones are counted together under kOtherValue, so that the sum stays right. A scanner that asks for
// ever new paths would make the counts larger than the events: three entries an event and
// dimension. A bucket's values are named in the order of their coming, and a named one is counted
// whole.
inline constexpr std::string_view kOtherValue = "(other)";
constexpr std::int64_t values_max(std::int64_t step_s) {
  if (step_s >= kDayS) return 10'000;
  return step_s >= kHourS ? 1'000 : 100;
}

// Each store's own. All calls of one begin() are inside one transaction of the caller's; after a
// failure the sink is not used again, for what it remembers may have been rolled back.
class RollupSink {
 public:
  virtual ~RollupSink() = default;

  // Before the first change of a transaction.
  virtual Result<void> begin() = 0;

  // Adds `events` to the count of that key, or of kOtherValue where its bucket is full. Texts are
  // lent for the call.
  virtual Result<void> add_count(std::int64_t step_s, std::string_view project, std::int64_t code,
                                 std::int64_t at_s, std::string_view value,
                                 std::uint64_t events) = 0;

  virtual Result<void> merge_sketch(std::int64_t step_s, std::string_view project,
                                    std::int64_t at_s, const HyperLogLog& sketch) = 0;
};

}  // namespace penstock::store
