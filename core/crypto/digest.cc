#include "crypto/digest.h"

#include <sodium.h>

namespace penstock::crypto {
namespace {

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

}  // namespace

Digest digest_of(std::string_view first, std::string_view second) {
  // The first part's length goes before it, so that the boundary between the two counts.
  std::array<unsigned char, 8> length{};
  for (std::size_t i = 0; i < length.size(); ++i) {
    length[i] = static_cast<unsigned char>(std::uint64_t{first.size()} >> (8 * i));
  }
  Digest digest;
  crypto_generichash_state state;
  crypto_generichash_init(&state, nullptr, 0, digest.size());
  crypto_generichash_update(&state, length.data(), length.size());
  crypto_generichash_update(&state, bytes_of(first), first.size());
  crypto_generichash_update(&state, bytes_of(second), second.size());
  crypto_generichash_final(&state, digest.data(), digest.size());
  return digest;
}

}  // namespace penstock::crypto
