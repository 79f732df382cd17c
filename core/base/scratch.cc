#include "base/scratch.h"

#include <cstdlib>
#include <utility>

#include <malloc.h>

// jemalloc's, in the programs that are linked with it; null in others.
extern "C" [[gnu::weak]] int mallctl(const char* name, void* old, std::size_t* old_bytes,
                                     void* value, std::size_t value_bytes);

namespace penstock {
namespace {

constexpr std::size_t kKeptFactor = 4;

// Of glibc: free memory at the end of a heap that is not given back, and the size of a piece whose
// free() looks at it.
constexpr int kFreeEndBytesMax = 256 << 10;
constexpr std::size_t kFreeLooksFromBytes = 100 << 10;

}  // namespace

std::size_t RecentUse::end_period() {
  const std::size_t largest = std::max(now_, before_);
  before_ = std::exchange(now_, 0);
  return std::max(kScratchKeptBytesMin, kKeptFactor * largest);
}

void return_free_memory() {
  if (mallctl != nullptr) {
    mallctl("arena.4096.purge", nullptr, nullptr, nullptr, 0);  // 4096: all arenas.
    return;
  }
  // glibc's own rule for the free end of a heap rises with every large buffer that was freed, and
  // malloc_trim() leaves that end alone in all threads but the first:
  // there only free() looks at it. The allocator of a sanitizer has no such rule, and says 0.
  [[maybe_unused]] static const int is_set = mallopt(M_TRIM_THRESHOLD, kFreeEndBytesMax);
  void* volatile trigger = std::malloc(kFreeLooksFromBytes);
  std::free(trigger);
  malloc_trim(0);
}

}  // namespace penstock
