#include "console/api/auth/device_token.h"

#include "base/text.h"
#include "console/api/auth/password_rules.h"
#include "crypto/secrets.h"

namespace penstock::console {

namespace {

constexpr std::size_t kNonceBytes = 16;
constexpr std::size_t kNonceChars = 22;
constexpr std::size_t kHashChars = 64;
// nonce "." account "." signature
constexpr std::size_t kTokenChars = kNonceChars + 1 + kHashChars + 1 + kHashChars;

}  // namespace

// BLAKE2b cannot be extended by whoever knows a hash, so a key before the text signs it.
std::string DeviceTokens::signature(std::string_view content) const {
  return crypto::token_hash(str_cat(key_, "|device|", content));
}

std::string DeviceTokens::account(std::string_view nonce, std::string_view email) const {
  return crypto::token_hash(
      str_cat(key_, "|account|", nonce, "|", normal_email(email).value_or("")));
}

std::string DeviceTokens::make(std::string_view email) const {
  const std::string nonce = crypto::random_token(kNonceBytes);
  const std::string content = str_cat(nonce, ".", account(nonce, email));
  return str_cat(content, ".", signature(content));
}

bool DeviceTokens::is_genuine(std::string_view token) const {
  if (token.size() != kTokenChars) return false;
  const std::string_view content = token.substr(0, kTokenChars - kHashChars - 1);
  if (token[content.size()] != '.') return false;
  return crypto::is_equal(token.substr(content.size() + 1), signature(content));
}

bool DeviceTokens::is_of(std::string_view token, std::string_view email) const {
  if (!is_genuine(token)) return false;
  return crypto::is_equal(token.substr(kNonceChars + 1, kHashChars),
                          account(token.substr(0, kNonceChars), email));
}

}  // namespace penstock::console
