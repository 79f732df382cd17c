// The steps of a chart.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/error.h"
#include "store/contract/queries.h"

namespace penstock::store {

// More would be no chart.
inline constexpr std::int64_t kPointsMax = 5'000;

// Ranges come from clients: what of one can have a day file.
Range storable_range(const Range& range);

class Steps {
 public:
  // Those of a storable range; none of an empty one. Steps of one length, of up to a day, begin at
  // multiples of it; longer ones, which have no natural beginning, with the day of the range's own
  // start. The first and the last may lie in the range in part. kRejected as Queries::timeseries()
  // says.
  static Result<Steps> of(const Range& range, const Step& step);

  bool empty() const { return at_s_.empty(); }
  std::size_t size() const { return at_s_.size(); }
  const std::vector<std::int64_t>& at_s() const { return at_s_; }  // The start of each, seconds.

  // Of a time that is not before the first step; one behind the last is in it.
  std::size_t index_of(std::int64_t at_ms) const;
  std::int64_t start_ms(std::size_t index) const { return at_s_[index] * 1'000; }
  std::int64_t end_ms(std::size_t index) const;
  // Whether all begin at multiples of so many seconds.
  bool begin_at_multiples_of(std::int64_t seconds) const;

 private:
  std::vector<std::int64_t> at_s_;
  std::int64_t length_s_ = 0;  // Of each; 0: they differ.
};

}  // namespace penstock::store
