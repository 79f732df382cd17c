// Several certificates, and which of them answer a client that asks for a name.
//
// More than one may answer: of the same name one with an RSA key and one with an elliptic curve's
// stand beside each other, and the handshake takes what the client can check.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "tls/certificate.h"

namespace penstock::tls {

class CertificateSet {
 public:
  // Takes `certificates`, which must not be empty. The first is the default.
  explicit CertificateSet(std::vector<Certificate> certificates);

  const std::vector<Certificate>& all() const { return certificates_; }

  // Groups of certificates that answer together, of one kind of key each; the first is the
  // default's.
  const std::vector<std::vector<std::size_t>>& groups() const { return groups_; }

  // The group for a name, without case: of who has it in full, else of who has a wildcard for it,
  // else the default's.
  std::size_t group_of(std::string_view name) const;

 private:
  struct Name {
    std::string text;
    std::size_t group;
  };
  std::size_t group_with(const std::vector<std::size_t>& certificates);
  std::vector<std::size_t> of_name(const std::string& name) const;
  const Name* find(std::string_view name) const;

  std::vector<Certificate> certificates_;
  std::vector<std::vector<std::size_t>> groups_;
  std::vector<Name> names_;  // In order.
};

}  // namespace penstock::tls
