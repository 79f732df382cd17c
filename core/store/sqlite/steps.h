// The steps of a chart.
#pragma once

#include <cstdint>
#include <vector>

#include "base/error.h"
#include "store/contract/queries.h"

namespace penstock::store {

// More would be no chart.
inline constexpr std::int64_t kPointsMax = 5'000;

// Ranges come from clients: what of one can have a day file.
Range storable_range(const Range& range);

// The start of each step of a storable range, in seconds. Steps of up to a day begin at multiples
// of their length; longer ones, which have no natural beginning, with the day of the range's own
// start. The first and the last may lie in the range in part. kRejected as Queries::timeseries()
// says.
Result<std::vector<std::int64_t>> steps_of(const Range& range, std::int64_t step_s);

}  // namespace penstock::store
