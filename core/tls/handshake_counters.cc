#include "tls/handshake_counters.h"

#include <openssl/err.h>
#include <openssl/ssl.h>

namespace penstock::tls {

std::string_view outcome_name(Outcome outcome) {
  static constexpr std::array<std::string_view, kOutcomes> kNames = {
      "full",        "resumed", "plain_http", "version", "suite",   "protocol",
      "certificate", "refused", "malformed",  "broken",  "given_up"};
  return kNames[static_cast<std::size_t>(outcome)];
}

Outcome take_outcome() {
  const unsigned long code = ERR_get_error();
  ERR_clear_error();
  if (code == 0) return Outcome::kBroken;
  if (ERR_GET_LIB(code) != ERR_LIB_SSL) return Outcome::kMalformed;
  const int reason = ERR_GET_REASON(code);
  if (reason >= SSL_AD_REASON_OFFSET) return Outcome::kRefused;  // An alert of the peer's.
  switch (reason) {
    case SSL_R_HTTP_REQUEST:
    case SSL_R_HTTPS_PROXY_REQUEST:
      return Outcome::kPlainHttp;
    case SSL_R_UNSUPPORTED_PROTOCOL:
    case SSL_R_UNKNOWN_PROTOCOL:
    case SSL_R_VERSION_TOO_LOW:
    case SSL_R_INAPPROPRIATE_FALLBACK:
      return Outcome::kVersion;
    case SSL_R_NO_SHARED_CIPHER:
    case SSL_R_NO_SHARED_GROUPS:
    case SSL_R_NO_SUITABLE_GROUPS:
    case SSL_R_NO_SUITABLE_KEY_SHARE:
    case SSL_R_NO_SHARED_SIGNATURE_ALGORITHMS:
    case SSL_R_NO_SUITABLE_SIGNATURE_ALGORITHM:
    case SSL_R_NO_CIPHERS_SPECIFIED:
      return Outcome::kSuite;
    case SSL_R_NO_APPLICATION_PROTOCOL:
      return Outcome::kProtocol;
    case SSL_R_PEER_DID_NOT_RETURN_A_CERTIFICATE:
    case SSL_R_CERTIFICATE_VERIFY_FAILED:
      return Outcome::kCertificate;
    default:
      return Outcome::kMalformed;
  }
}

}  // namespace penstock::tls
