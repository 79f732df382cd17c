// A certificate with its chain and its key, read from two PEM files and checked as it is read.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tls/openssl.h"

namespace penstock::tls {

// What is wrong with a file, in a sentence that names it.
struct FileFault {
  enum class Which : std::uint8_t { kCertificate, kKey, kAuthorities };
  Which which = Which::kCertificate;
  std::string what;
};

struct Certificate {
  std::string path;  // Of its file.
  X509Ptr leaf;
  std::vector<X509Ptr> chain;  // The intermediate ones, as they stand in the file.
  KeyPtr key;
  std::vector<std::string> names;  // Host names, lower-case, perhaps "*.example.org".
  std::int64_t expires_s = 0;      // Unix time.

  // The first of its names, or its subject; its path where it has neither.
  std::string name() const;
};

// Of a certificate that is in use, for whoever watches it.
struct CertificateExpiry {
  std::string name;
  std::string path;
  std::int64_t at_s;  // Unix time.
};
CertificateExpiry expiry_of(const Certificate& certificate);

// Both may be one file. Nullopt: `fault` says why.
std::optional<Certificate> read_certificate(const std::string& certificate_path,
                                            const std::string& key_path, FileFault& fault);

// The text of a PEM file, with a reason for people where it cannot be read. "" with `what` set in
// that case.
std::string read_pem(const std::string& path, std::string& what);

// Those that vouch for others, from a PEM file, whose text is left in `pem`. Empty: `fault` says
// why.
std::vector<X509Ptr> read_authorities(const std::string& path, std::string& pem, FileFault& fault);

}  // namespace penstock::tls
