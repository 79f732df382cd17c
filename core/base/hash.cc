#include "base/hash.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#ifdef PENSTOCK_XXH_DISPATCH
// As xxh_x86dispatch.h has it, which cannot stand beside XXH_INLINE_ALL.
// NOLINTNEXTLINE(readability-identifier-naming): the library's own.
extern "C" XXH64_hash_t XXH3_64bits_withSeed_dispatch(const void* bytes, std::size_t count,
                                                      XXH64_hash_t seed);
#endif

namespace penstock {

std::uint64_t hash64(std::string_view bytes, std::uint64_t seed) {
#ifdef PENSTOCK_XXH_DISPATCH
  // The library's own, in the widest vectors of the processor at hand; the same values.
  constexpr std::size_t kLongBytes = 512;
  if (bytes.size() >= kLongBytes) {
    return XXH3_64bits_withSeed_dispatch(bytes.data(), bytes.size(), seed);
  }
#endif
  return XXH3_64bits_withSeed(bytes.data(), bytes.size(), seed);
}

Hash128 hash128(std::string_view first, std::string_view second) {
  // The first part's hash seeds the second's, so the boundary between them counts.
  const std::uint64_t seed = hash64(first);
  const XXH128_hash_t hash = XXH3_128bits_withSeed(second.data(), second.size(), seed);
  return {hash.high64, hash.low64};
}

}  // namespace penstock
