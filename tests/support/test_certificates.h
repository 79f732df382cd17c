// Authorities and certificates made on the spot, as PEM: elliptic keys, which cost nothing.
#pragma once

#include <cstdint>
#include <fstream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>

#include "base/check.h"

namespace penstock::testing {

struct CertificateWish {
  std::vector<std::string>
      names;  // The first is the subject as well; "IP:127.0.0.1" for another kind.
  bool has_alt_names = true;
  bool is_authority = false;
  bool is_rsa = false;
  int rsa_bits = 2'048;
  std::int64_t valid_s = 86'400;  // From now; negative for one that has expired.
};

class TestCertificate {
 public:
  // Signed by `issuer`, or by itself. Borrows `issuer` for the call.
  explicit TestCertificate(const CertificateWish& wish, const TestCertificate* issuer = nullptr)
      : key_(wish.is_rsa ? EVP_RSA_gen(static_cast<unsigned>(wish.rsa_bits)) : EVP_EC_gen("P-256")),
        x509_(X509_new()) {
    X509* const x = x509_.get();
    X509_set_version(x, X509_VERSION_3);
    static long serial = 1;
    ASN1_INTEGER_set(X509_get_serialNumber(x), ++serial);
    X509_gmtime_adj(X509_getm_notBefore(x), -86'400 * 30);
    X509_gmtime_adj(X509_getm_notAfter(x), static_cast<long>(wish.valid_s));
    X509_set_pubkey(x, key_.get());
    X509_NAME* subject = X509_get_subject_name(x);
    const std::string& name = wish.names.front();
    X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8,
                               reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1, 0);
    X509_set_issuer_name(x, X509_get_subject_name(issuer == nullptr ? x : issuer->x509_.get()));
    add(NID_basic_constraints, wish.is_authority ? "critical,CA:TRUE" : "CA:FALSE");
    if (wish.has_alt_names && !wish.is_authority) {
      std::string names;
      for (const std::string& each : wish.names) {
        names += names.empty() ? "" : ",";
        names += (each.find(':') == std::string::npos ? "DNS:" : "") + each;
      }
      add(NID_subject_alt_name, names);
    }
    EVP_PKEY* const signer = issuer == nullptr ? key_.get() : issuer->key_.get();
    PENSTOCK_CHECK(X509_sign(x, signer, EVP_sha256()) > 0);
  }

  X509* x509() const { return x509_.get(); }
  EVP_PKEY* key() const { return key_.get(); }

  std::string pem() const {
    return text_of([&](BIO* out) { PEM_write_bio_X509(out, x509_.get()); });
  }
  // Locked where there is a passphrase.
  std::string key_pem(std::string passphrase = "") const {
    return text_of([&](BIO* out) {
      PEM_write_bio_PKCS8PrivateKey(
          out, key_.get(), passphrase.empty() ? nullptr : EVP_aes_256_cbc(), passphrase.data(),
          static_cast<int>(passphrase.size()), nullptr, nullptr);
    });
  }

 private:
  struct Free {
    void operator()(X509* x) const { X509_free(x); }
    void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  };

  void add(int nid, const std::string& value) {
    X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, nullptr, nid, value.c_str());
    PENSTOCK_CHECK(extension != nullptr);
    X509_add_ext(x509_.get(), extension, -1);
    X509_EXTENSION_free(extension);
  }

  template <class Write>
  static std::string text_of(Write write) {
    BIO* const out = BIO_new(BIO_s_mem());
    write(out);
    char* bytes = nullptr;
    const long count = BIO_get_mem_data(out, &bytes);
    std::string text(bytes, static_cast<std::size_t>(count));
    BIO_free(out);
    return text;
  }

  std::unique_ptr<EVP_PKEY, Free> key_;
  std::unique_ptr<X509, Free> x509_;
};

inline void write_text(const std::string& path, const std::string& text) {
  std::ofstream(path, std::ios::binary | std::ios::trunc) << text;
}

}  // namespace penstock::testing
