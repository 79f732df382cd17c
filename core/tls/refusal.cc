#include "tls/refusal.h"

#include <openssl/err.h>
#include <openssl/x509.h>

namespace penstock::tls {
namespace {

using Kind = Refusal::Kind;

Kind kind_of_verdict(long verdict) {
  switch (verdict) {
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
    case X509_V_ERR_CERT_UNTRUSTED:
    case X509_V_ERR_CERT_SIGNATURE_FAILURE:
      return Kind::kUntrusted;
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH:
      return Kind::kName;
    case X509_V_ERR_CERT_HAS_EXPIRED:
    case X509_V_ERR_CERT_NOT_YET_VALID:
      return Kind::kExpired;
    default:
      return Kind::kCertificate;
  }
}

Kind kind_of_reason(int reason) {
  switch (reason) {
    case SSL_R_WRONG_VERSION_NUMBER:
    case SSL_R_PACKET_LENGTH_TOO_LONG:
    case SSL_R_HTTP_REQUEST:
    case SSL_R_BAD_RECORD_TYPE:
      return Kind::kNoTls;
    case SSL_R_UNSUPPORTED_PROTOCOL:
    case SSL_R_TLSV1_ALERT_PROTOCOL_VERSION:
      return Kind::kVersion;
    case SSL_R_TLSV13_ALERT_CERTIFICATE_REQUIRED:
      return Kind::kWantsCertificate;
    case SSL_R_SSLV3_ALERT_BAD_CERTIFICATE:
    case SSL_R_SSLV3_ALERT_UNSUPPORTED_CERTIFICATE:
    case SSL_R_SSLV3_ALERT_CERTIFICATE_REVOKED:
    case SSL_R_SSLV3_ALERT_CERTIFICATE_EXPIRED:
    case SSL_R_SSLV3_ALERT_CERTIFICATE_UNKNOWN:
    case SSL_R_TLSV1_ALERT_UNKNOWN_CA:
    case SSL_R_TLSV1_ALERT_ACCESS_DENIED:
      return Kind::kOurCertificate;
    case SSL_R_SSLV3_ALERT_HANDSHAKE_FAILURE:
      return Kind::kHandshake;
    default:
      return Kind::kOther;
  }
}

}  // namespace

Refusal refusal_of(const SSL* session, unsigned long error) {
  if (error == 0) return {};
  const int reason = ERR_GET_LIB(error) == ERR_LIB_SSL ? ERR_GET_REASON(error) : 0;
  if (reason == SSL_R_CERTIFICATE_VERIFY_FAILED) {
    const long verdict = SSL_get_verify_result(session);
    return {kind_of_verdict(verdict), X509_verify_cert_error_string(verdict)};
  }
  const char* words = ERR_reason_error_string(error);
  return {kind_of_reason(reason), words == nullptr ? "unknown error" : words};
}

}  // namespace penstock::tls
