#include "tls/ticket_keys.h"

#include <cstring>

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/rand.h>

#include "base/check.h"

namespace penstock::tls {

TicketKeys::TicketKeys(const Clock& clock) : clock_(clock), since_us_(clock.mono_us()) {
  fill(current_);
  fill(before_);
}

TicketKeys::~TicketKeys() {
  OPENSSL_cleanse(&current_, sizeof current_);
  OPENSSL_cleanse(&before_, sizeof before_);
}

void TicketKeys::fill(Key& key) {
  PENSTOCK_CHECK(RAND_bytes(key.name.data(), kNameBytes) == 1);
  PENSTOCK_CHECK(RAND_priv_bytes(key.cipher.data(), kKeyBytes) == 1);
  PENSTOCK_CHECK(RAND_priv_bytes(key.mac.data(), kKeyBytes) == 1);
}

// A ticket lives for as long as a key is written under, so the key before opens all that live.
void TicketKeys::rotate() {
  const std::int64_t now_us = clock_.mono_us();
  const std::int64_t lifetimes = (now_us - since_us_) / (kLifetimeS * 1'000'000);
  if (lifetimes == 0) return;
  before_ = current_;
  if (lifetimes > 1) fill(before_);
  fill(current_);
  since_us_ = now_us;
}

int TicketKeys::apply(unsigned char* name, unsigned char* iv, EVP_CIPHER_CTX* cipher,
                      EVP_MAC_CTX* mac, bool is_new) {
  constexpr int kIgnored = 0;  // The ticket is not ours: a full handshake.
  constexpr int kUse = 1;
  constexpr int kUseAndRenew = 2;
  const std::lock_guard lock(mutex_);
  rotate();
  Key* key = &current_;
  if (is_new) {
    if (RAND_bytes(iv, EVP_MAX_IV_LENGTH) != 1) return -1;
    std::memcpy(name, key->name.data(), kNameBytes);
  } else if (std::memcmp(name, current_.name.data(), kNameBytes) != 0) {
    if (std::memcmp(name, before_.name.data(), kNameBytes) != 0) return kIgnored;
    key = &before_;
  }
  char digest[] = "sha256";
  const OSSL_PARAM params[] = {
      OSSL_PARAM_construct_octet_string(OSSL_MAC_PARAM_KEY, key->mac.data(), kKeyBytes),
      OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
      OSSL_PARAM_construct_end()};
  if (EVP_MAC_CTX_set_params(mac, params) != 1) return -1;
  if (EVP_CipherInit_ex(cipher, EVP_aes_256_cbc(), nullptr, key->cipher.data(), iv,
                        is_new ? 1 : 0) != 1) {
    return -1;
  }
  return key == &current_ ? kUse : kUseAndRenew;
}

}  // namespace penstock::tls
