#include "console/api/auth/password_hashes.h"

#include <semaphore>

#include "crypto/secrets.h"

namespace penstock::console {

namespace {

constexpr std::size_t kNobodysPasswordBytes = 32;

std::counting_semaphore<2> hashes_free{2};

}  // namespace

std::string hash_password(std::string_view password) {
  hashes_free.acquire();
  std::string hash = crypto::password_hash(password);
  hashes_free.release();
  return hash;
}

bool is_password_of(std::string_view hash, std::string_view password) {
  hashes_free.acquire();
  const bool is_match = crypto::password_matches(hash, password);
  hashes_free.release();
  return is_match;
}

const std::string& nobodys_hash() {
  static const std::string hash = hash_password(crypto::random_token(kNobodysPasswordBytes));
  return hash;
}

}  // namespace penstock::console
