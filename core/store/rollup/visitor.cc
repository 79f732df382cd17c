#include "store/rollup/visitor.h"

#include "base/hash.h"

namespace penstock::store {
namespace {

// Seeds, so that the three kinds of identity never meet.
constexpr std::uint64_t kUserSeed = 1;
constexpr std::uint64_t kAnonymousSeed = 2;

}  // namespace

std::uint64_t visitor_hash(const event::Record& record) {
  if (!record.user_id.empty()) return hash64(record.user_id, kUserSeed);
  if (!record.anonymous_id.empty()) return hash64(record.anonymous_id, kAnonymousSeed);
  const auto day = static_cast<std::uint64_t>(event::start_of_day(record.occurred_at_ms));
  return hash64(record.ip, hash64(record.user_agent, day));
}

}  // namespace penstock::store
