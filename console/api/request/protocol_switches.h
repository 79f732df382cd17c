// Which protocols the intake speaks, as the configuration has it: set by the loop at the start and
// at a reload, read by any thread.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>

namespace penstock::console {

class ProtocolSwitches {
 public:
  static constexpr std::size_t kMost = 64;

  // By place in the intake's table, kMost at most; those behind are off.
  void set(std::span<const bool> are_on) {
    std::uint64_t bits = 0;
    for (std::size_t i = 0; i < are_on.size() && i < kMost; ++i) {
      bits |= std::uint64_t{are_on[i]} << i;
    }
    bits_ = bits;
  }
  // All of them at one moment.
  std::uint64_t bits() const { return bits_; }

 private:
  std::atomic<std::uint64_t> bits_{0};
};

}  // namespace penstock::console
