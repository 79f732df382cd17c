#include "base/hash.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace penstock {

std::uint64_t hash64(std::string_view bytes, std::uint64_t seed) {
  return XXH3_64bits_withSeed(bytes.data(), bytes.size(), seed);
}

Hash128 hash128(std::string_view first, std::string_view second) {
  // The first part's hash seeds the second's, so the boundary between them counts.
  const std::uint64_t seed = hash64(first);
  const XXH128_hash_t hash = XXH3_128bits_withSeed(second.data(), second.size(), seed);
  return {hash.high64, hash.low64};
}

}  // namespace penstock
