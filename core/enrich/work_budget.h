// How much processor time of one batch may go into user agents that were never seen before.
//
// An ordinary one costs some 25 us once and is in the cache then; one that was made to match as
// many rules as it can costs 0.4 ms each time, and whoever sends a new one with every event would
// hold up everybody's. One source may spend half of the batch's time, so that it leaves the others
// theirs. Ordinary traffic is far from it: thousands of new user agents in one batch from one
// address.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>

namespace penstock::enrich {

struct WorkLimits {
  std::int64_t batch_us = 500'000;
  std::int64_t source_us = 250'000;
};

class WorkBudget {
 public:
  explicit WorkBudget(const WorkLimits& limits) : limits_(limits) {}

  // Whether something is left for `source`.
  bool allows(const std::string& source) const;

  void spend(const std::string& source, std::int64_t us);

  // A new batch begins.
  void renew();

 private:
  const WorkLimits limits_;
  std::int64_t spent_us_ = 0;
  std::unordered_map<std::string, std::int64_t> spent_by_source_us_;
};

}  // namespace penstock::enrich
