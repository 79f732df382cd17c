#include "base/scratch.h"

#include <utility>

#include <malloc.h>

// jemalloc's, in the programs that are linked with it; null in others.
extern "C" [[gnu::weak]] int mallctl(const char* name, void* old, std::size_t* old_bytes,
                                     void* value, std::size_t value_bytes);

namespace penstock {
namespace {

constexpr std::size_t kKeptFactor = 4;

}  // namespace

std::size_t RecentUse::end_period() {
  const std::size_t largest = std::max(now_, before_);
  before_ = std::exchange(now_, 0);
  return std::max(kScratchKeptBytesMin, kKeptFactor * largest);
}

void return_free_memory() {
  if (mallctl != nullptr) {
    mallctl("arena.4096.purge", nullptr, nullptr, nullptr, 0);  // 4096: all arenas.
  } else {
    malloc_trim(0);
  }
}

}  // namespace penstock
