#include "crypto/hmac.h"

#include <array>

#include <openssl/hmac.h>
#include <sodium.h>

namespace penstock::crypto {
namespace {

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

}  // namespace

std::string hmac_sha256(std::string_view key, std::initializer_list<std::string_view> parts) {
  static_assert(kHmacBytes == crypto_auth_hmacsha256_BYTES);
  crypto_auth_hmacsha256_state state;
  crypto_auth_hmacsha256_init(&state, bytes_of(key), key.size());
  for (const std::string_view part : parts) {
    crypto_auth_hmacsha256_update(&state, bytes_of(part), part.size());
  }
  std::string mac(kHmacBytes, '\0');
  crypto_auth_hmacsha256_final(&state, reinterpret_cast<unsigned char*>(mac.data()));
  sodium_memzero(&state, sizeof state);
  return mac;
}

std::string hmac_sha1(std::string_view key, std::string_view text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> mac{};
  unsigned int bytes = 0;
  const unsigned char* const made = HMAC(EVP_sha1(), key.data(), static_cast<int>(key.size()),
                                         bytes_of(text), text.size(), mac.data(), &bytes);
  if (made == nullptr) return {};
  return {reinterpret_cast<const char*>(mac.data()), bytes};
}

}  // namespace penstock::crypto
