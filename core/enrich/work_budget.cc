#include "enrich/work_budget.h"

namespace penstock::enrich {

bool WorkBudget::allows(const std::string& source) const {
  if (spent_us_ >= limits_.batch_us) return false;
  const auto spent = spent_by_source_us_.find(source);
  return (spent == spent_by_source_us_.end() ? 0 : spent->second) < limits_.source_us;
}

void WorkBudget::spend(const std::string& source, std::int64_t us) {
  spent_us_ += us;
  spent_by_source_us_[source] += us;
}

void WorkBudget::renew() {
  spent_us_ = 0;
  spent_by_source_us_.clear();
}

}  // namespace penstock::enrich
