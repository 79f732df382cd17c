// The only source of non-secret randomness: seeded and passed in, so that a run can be repeated.
// Secrets (keys, tokens, passwords) come from core/crypto instead.
#pragma once

#include <cstdint>
#include <random>

namespace penstock {

class Random {
 public:
  explicit Random(std::uint64_t seed) : engine_(seed) {}

  // Seeded by the kernel.
  static Random from_system();

  std::uint64_t next() { return engine_(); }

  // Uniform in [0, bound). Requires bound > 0. The bias for bounds far below 2^64 is negligible.
  std::uint64_t below(std::uint64_t bound) { return next() % bound; }

 private:
  std::mt19937_64 engine_;
};

}  // namespace penstock
