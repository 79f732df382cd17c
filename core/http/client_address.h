// Who the client is, when proxies stand between: X-Forwarded-For through trusted networks.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace penstock::http {

// Room for an address as text.
using AddressText = std::array<char, 46>;

// An IPv4 (as v4-mapped) or IPv6 address.
struct Address {
  std::array<std::uint8_t, 16> bytes{};

  bool operator==(const Address&) const = default;
  bool is_v4() const;
  std::string text() const;                            // "203.0.113.9" or RFC 5952 IPv6.
  std::string_view write_to(AddressText& room) const;  // The same, in memory that is there.

  // With or without brackets, port and zone; nullopt for anything else.
  static std::optional<Address> parse(std::string_view text);
};

// A list of networks in CIDR form, such as ingest.trusted_proxies.
class NetworkList {
 public:
  // kConfiguration, native = index of the faulty entry.
  static Result<NetworkList> parse(const std::vector<std::string>& networks);
  bool contains(const Address& address) const;

  struct Network {
    Address base;
    int prefix_bits;  // Of 128.
  };
  // As they were given.
  const std::vector<Network>& all() const { return networks_; }

 private:
  std::vector<Network> networks_;
};

// Walks X-Forwarded-For from the right, past trusted proxies, to the first address that is not
// one. The peer itself where it is not trusted, or the header is empty, or an entry on the way is
// no address ("unknown", a name). Several fields of that name are one list, joined by commas.
Address client_address(const Address& peer, std::string_view x_forwarded_for,
                       const NetworkList& trusted);

}  // namespace penstock::http
