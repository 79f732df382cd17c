// OpenSSL's objects behind types that own what they hold.
#pragma once

#include <memory>
#include <string>

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

namespace penstock::tls {

template <auto Free>
struct FreeWith {
  void operator()(auto* object) const noexcept { Free(object); }
};

using ContextPtr = std::unique_ptr<SSL_CTX, FreeWith<SSL_CTX_free>>;
using SessionPtr = std::unique_ptr<SSL, FreeWith<SSL_free>>;
using BioPtr = std::unique_ptr<BIO, FreeWith<BIO_free>>;
using X509Ptr = std::unique_ptr<X509, FreeWith<X509_free>>;
using KeyPtr = std::unique_ptr<EVP_PKEY, FreeWith<EVP_PKEY_free>>;

// Of this thread's oldest error in OpenSSL's words, as the end of a sentence; forgets them all.
std::string take_reason();

// A view of `text`, to read PEM from.
BioPtr reader_of(const std::string& text);

}  // namespace penstock::tls
