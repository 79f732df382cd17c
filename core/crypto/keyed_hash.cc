#include "crypto/keyed_hash.h"

#include <cstring>

#include <sodium.h>

namespace penstock::crypto {

static_assert(sizeof(HashKey) == crypto_shorthash_KEYBYTES);
static_assert(sizeof(std::uint64_t) == crypto_shorthash_BYTES);

std::uint64_t keyed_hash(const HashKey& key, std::string_view text) {
  unsigned char bytes[crypto_shorthash_BYTES];
  crypto_shorthash(bytes, reinterpret_cast<const unsigned char*>(text.data()), text.size(),
                   key.data());
  std::uint64_t hash = 0;
  std::memcpy(&hash, bytes, sizeof hash);
  return hash;
}

HashKey random_hash_key() {
  HashKey key;
  randombytes_buf(key.data(), key.size());
  return key;
}

}  // namespace penstock::crypto
