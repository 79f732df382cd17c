#include "tls/rules.h"

#include <vector>

#include "base/check.h"
#include "base/text.h"

namespace penstock::tls {
namespace {

constexpr char kSuitesOf12[] =
    "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:"
    "ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:"
    "ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305";
constexpr char kSuitesOf13[] =
    "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256";
constexpr char kGroups[] = "X25519:P-256:P-384";
// Keys and signatures of 112 bits and more: RSA from 2048 bits, no SHA-1.
constexpr int kSecurityLevel = 2;

STACK_OF(X509) * stack_of(const std::vector<X509Ptr>& chain) {
  STACK_OF(X509)* stack = sk_X509_new_null();
  PENSTOCK_CHECK(stack != nullptr);
  for (const X509Ptr& link : chain) sk_X509_push(stack, link.get());
  return stack;
}

}  // namespace

void set_rules(SSL_CTX* context) {
  SSL_CTX_set_security_level(context, kSecurityLevel);
  PENSTOCK_CHECK(SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) == 1);
  PENSTOCK_CHECK(SSL_CTX_set_cipher_list(context, kSuitesOf12) == 1);
  PENSTOCK_CHECK(SSL_CTX_set_ciphersuites(context, kSuitesOf13) == 1);
  PENSTOCK_CHECK(SSL_CTX_set1_groups_list(context, kGroups) == 1);
  SSL_CTX_set_options(context, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION);
  // What waits for the other side holds no buffer for records.
  SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);
}

bool use_certificate(SSL_CTX* context, const Certificate& certificate, FileFault& fault) {
  STACK_OF(X509)* chain = stack_of(certificate.chain);
  const int set =
      SSL_CTX_use_cert_and_key(context, certificate.leaf.get(), certificate.key.get(), chain, 0);
  sk_X509_free(chain);
  if (set == 1) return true;
  fault.which = FileFault::Which::kCertificate;
  fault.what = str_cat(certificate.path, " cannot be used: ", take_reason());
  return false;
}

}  // namespace penstock::tls
