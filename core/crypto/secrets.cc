#include "crypto/secrets.h"

#include <sodium.h>

#include "base/check.h"
#include "base/text.h"

namespace penstock::crypto {

namespace {

constexpr std::size_t kTokenHashBytes = 32;
constexpr std::string_view kAlphanumeric =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
constexpr auto kBase64 = sodium_base64_VARIANT_URLSAFE_NO_PADDING;

}  // namespace

void start_crypto() {
  // 0: started now; 1: was started already.
  PENSTOCK_CHECK(sodium_init() >= 0);
}

std::string random_token(std::size_t bytes) {
  PENSTOCK_CHECK(bytes > 0 && bytes <= 1024);
  std::string secret(bytes, '\0');
  randombytes_buf(secret.data(), secret.size());
  std::string text(sodium_base64_encoded_len(bytes, kBase64), '\0');
  sodium_bin2base64(text.data(), text.size(), reinterpret_cast<const unsigned char*>(secret.data()),
                    secret.size(), kBase64);
  sodium_memzero(secret.data(), secret.size());
  text.pop_back();  // The terminating zero that sodium counts.
  return text;
}

std::string random_alphanumeric(std::size_t count) {
  std::string text(count, '\0');
  for (char& c : text) c = kAlphanumeric[randombytes_uniform(kAlphanumeric.size())];
  return text;
}

std::string token_hash(std::string_view token) {
  unsigned char hash[kTokenHashBytes];
  PENSTOCK_CHECK(crypto_generichash(hash, sizeof hash,
                                    reinterpret_cast<const unsigned char*>(token.data()),
                                    token.size(), nullptr, 0) == 0);
  std::string hex;
  append_hex(hex, {reinterpret_cast<const char*>(hash), sizeof hash});
  return hex;
}

bool is_equal(std::string_view a, std::string_view b) {
  // Lengths are no secret here: tokens and their hashes have one length each.
  return a.size() == b.size() && sodium_memcmp(a.data(), b.data(), a.size()) == 0;
}

std::string password_hash(std::string_view password) {
  char hash[crypto_pwhash_STRBYTES];
  if (crypto_pwhash_str(hash, password.data(), password.size(), crypto_pwhash_OPSLIMIT_INTERACTIVE,
                        crypto_pwhash_MEMLIMIT_INTERACTIVE) != 0) {
    return {};
  }
  return hash;
}

bool password_matches(std::string_view hash, std::string_view password) {
  // libsodium reads `hash` as a C string from a buffer of this size.
  if (hash.size() >= crypto_pwhash_STRBYTES) return false;
  char text[crypto_pwhash_STRBYTES] = {};
  hash.copy(text, hash.size());
  return crypto_pwhash_str_verify(text, password.data(), password.size()) == 0;
}

}  // namespace penstock::crypto
