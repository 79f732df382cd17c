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

// Each store's own. All calls of one begin() are inside one transaction of the caller's; after a
// failure the sink is not used again, for what it remembers may have been rolled back.
class RollupSink {
 public:
  virtual ~RollupSink() = default;

  // Before the first change of a transaction.
  virtual Result<void> begin() = 0;

  // Adds `events` to the count of that key. Texts are lent for the call.
  virtual Result<void> add_count(std::int64_t step_s, std::string_view project, std::int64_t code,
                                 std::int64_t at_s, std::string_view value,
                                 std::uint64_t events) = 0;

  virtual Result<void> merge_sketch(std::int64_t step_s, std::string_view project,
                                    std::int64_t at_s, const HyperLogLog& sketch) = 0;
};

}  // namespace penstock::store
