#include "base/random.h"

#include <sys/random.h>

#include "base/check.h"

namespace penstock {

Random Random::from_system() {
  std::uint64_t seed = 0;
  PENSTOCK_CHECK(getrandom(&seed, sizeof seed, 0) == sizeof seed);
  return Random(seed);
}

}  // namespace penstock
