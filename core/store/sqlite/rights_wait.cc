#include "store/sqlite/rights_wait.h"

#include "sqlite/sqlite.h"

namespace penstock::store {

bool RightsWait::may_pass(const Error& error, std::int64_t now_us) {
  if (!sqlite::lacks_rights(error)) return false;
  if (!since_us_) since_us_ = now_us;
  return now_us - *since_us_ < kWaitUs;
}

}  // namespace penstock::store
