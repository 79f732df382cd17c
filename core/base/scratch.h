// When buffers that are kept for reuse give their memory back.
//
// A loop reuses its buffers because to allocate for each request costs more than the work itself;
// but one large request must not leave its size behind for ever. So they are shrunk, not at each
// request but once a second: whatever holds far more than was needed of late is freed, and a
// loop that is busy with large requests keeps what it needs.
//
//   use.note(body.size());                        // At each use: two instructions.
//   const bool was_quiet = use.is_quiet();        // Once a second, and no more after this.
//   const auto keep = use.end_period();
//   freed += shrink_scratch(buffer, keep);
#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <vector>

namespace penstock {

// Smaller buffers are always kept.
inline constexpr std::size_t kScratchKeptBytesMin = 65'536;

// The largest use in this period and the one before it.
class RecentUse {
 public:
  void note(std::size_t bytes) { now_ = std::max(now_, bytes); }
  // Nothing was used in either: the next end_period() gives the least that is ever kept.
  bool is_quiet() const { return now_ == 0 && before_ == 0; }
  // Begins the next period. What a buffer may hold on to: several times what was used, because the
  // buffers of one request are not all of one size.
  std::size_t end_period();

 private:
  std::size_t now_ = 0;
  std::size_t before_ = 0;
};

// Frees what `buffer` holds if that is more than `keep_bytes`; returns how much it was. The content
// goes too: for buffers that hold nothing between two uses.
template <class Buffer>
std::size_t shrink_scratch(Buffer& buffer, std::size_t keep_bytes) {
  const std::size_t held = buffer.capacity() * sizeof(typename Buffer::value_type);
  if (held <= keep_bytes) return 0;
  Buffer().swap(buffer);
  return held;
}

// Asks the allocator to hand what is free to the kernel. Costs a system call for each stretch of
// it: for when much has been freed.
void return_free_memory();

}  // namespace penstock
