#include "http/client_address.h"

#include <algorithm>
#include <cstring>

#include <arpa/inet.h>

#include "base/text.h"

namespace penstock::http {
namespace {

constexpr std::array<std::uint8_t, 12> kV4Prefix = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
constexpr int kV4PrefixBits = 96;

// inet_pton wants a terminated text. Nullopt where it is too long to be an address.
bool to_network(int family, std::string_view text, std::uint8_t* out) {
  char terminated[INET6_ADDRSTRLEN];
  if (text.empty() || text.size() >= sizeof terminated) return false;
  if (text.find('\0') != std::string_view::npos) return false;
  std::memcpy(terminated, text.data(), text.size());
  terminated[text.size()] = '\0';
  return inet_pton(family, terminated, out) == 1;
}

std::optional<Address> parse_v4(std::string_view text) {
  Address address;
  std::copy(kV4Prefix.begin(), kV4Prefix.end(), address.bytes.begin());
  if (!to_network(AF_INET, text, address.bytes.data() + kV4Prefix.size())) return std::nullopt;
  return address;
}

std::optional<Address> parse_v6(std::string_view text) {
  const auto percent = text.find('%');
  if (percent != std::string_view::npos) {
    if (percent + 1 == text.size()) return std::nullopt;
    text = text.substr(0, percent);
  }
  Address address;
  if (!to_network(AF_INET6, text, address.bytes.data())) return std::nullopt;
  return address;
}

// Each octet as text, with a dot behind it.
struct OctetText {
  char text[4];
  std::uint8_t bytes;
};

constexpr std::array<OctetText, 256> kOctets = [] {
  std::array<OctetText, 256> octets{};
  for (unsigned octet = 0; octet < octets.size(); ++octet) {
    auto& [text, bytes] = octets[octet];
    if (octet >= 100) text[bytes++] = static_cast<char>('0' + octet / 100);
    if (octet >= 10) text[bytes++] = static_cast<char>('0' + octet / 10 % 10);
    text[bytes++] = static_cast<char>('0' + octet % 10);
    text[bytes++] = '.';
  }
  return octets;
}();

bool is_port(std::string_view text) {
  if (text.empty() || text.size() > 5 || text[0] == '-') return false;
  const auto port = parse_int(text);
  return port && *port <= 65'535;
}

// Takes the last entry, without spaces, off the end of a comma-separated list. Empty ones count for
// nothing (RFC 9110, 5.6.1.2); "" where there is no other.
std::string_view take_last(std::string_view& list) {
  while (!list.empty()) {
    const auto comma = list.rfind(',');
    const bool is_only = comma == std::string_view::npos;
    const std::string_view entry = trim(is_only ? list : list.substr(comma + 1));
    list = is_only ? std::string_view() : list.substr(0, comma);
    if (!entry.empty()) return entry;
  }
  return {};
}

// Some proxies quote what they write, as the Forwarded header wants it.
std::string_view without_quotes(std::string_view entry) {
  const bool is_quoted = entry.size() >= 2 && entry.front() == '"' && entry.back() == '"';
  return is_quoted ? entry.substr(1, entry.size() - 2) : entry;
}

bool is_within(const Address& address, const Address& base, int prefix_bits) {
  const auto whole = static_cast<std::size_t>(prefix_bits / 8);
  if (std::memcmp(address.bytes.data(), base.bytes.data(), whole) != 0) return false;
  const int left = prefix_bits % 8;
  if (left == 0) return true;
  return (address.bytes[whole] ^ base.bytes[whole]) >> (8 - left) == 0;
}

}  // namespace

bool Address::is_v4() const {
  return std::equal(kV4Prefix.begin(), kV4Prefix.end(), bytes.begin());
}

std::string Address::text() const {
  AddressText room;
  return std::string(write_to(room));
}

std::string_view Address::write_to(AddressText& room) const {
  static_assert(std::tuple_size_v<AddressText> >= INET6_ADDRSTRLEN);
  if (is_v4()) {
    // Each request asks; inet_ntop would go through printf.
    char* to = room.data();
    for (std::size_t i = kV4Prefix.size(); i < bytes.size(); ++i) {
      const OctetText& octet = kOctets[bytes[i]];
      std::memcpy(to, octet.text, sizeof octet.text);
      to += octet.bytes;
    }
    return {room.data(), static_cast<std::size_t>(to - 1 - room.data())};
  }
  return inet_ntop(AF_INET6, bytes.data(), room.data(), static_cast<socklen_t>(room.size()));
}

std::optional<Address> Address::parse(std::string_view text) {
  if (text.starts_with('[')) {
    const auto end = text.find(']');
    if (end == std::string_view::npos) return std::nullopt;
    const std::string_view rest = text.substr(end + 1);
    if (!rest.empty() && (rest[0] != ':' || !is_port(rest.substr(1)))) return std::nullopt;
    return parse_v6(text.substr(1, end - 1));
  }
  const auto colon = text.find(':');
  if (colon == std::string_view::npos) return parse_v4(text);
  // One colon parts an IPv4 address from its port; IPv6 has at least two.
  if (text.find(':', colon + 1) != std::string_view::npos) return parse_v6(text);
  return is_port(text.substr(colon + 1)) ? parse_v4(text.substr(0, colon)) : std::nullopt;
}

Result<NetworkList> NetworkList::parse(const std::vector<std::string>& networks) {
  NetworkList list;
  for (std::size_t i = 0; i < networks.size(); ++i) {
    const auto faulty = [&](const char* step) {
      return fail(ErrorCode::kConfiguration, static_cast<std::int64_t>(i), step);
    };
    const std::string_view text = trim(networks[i]);
    const auto slash = text.find('/');
    const std::string_view base_text = text.substr(0, slash);
    const bool is_v6 = base_text.find(':') != std::string_view::npos;
    const auto base = is_v6 ? parse_v6(base_text) : parse_v4(base_text);
    if (!base) return faulty("read a network's address");
    std::int64_t prefix_bits = is_v6 ? 128 : 32;
    if (slash != std::string_view::npos) {
      const auto bits = parse_int(text.substr(slash + 1));
      if (!bits || *bits < 0 || *bits > prefix_bits) return faulty("read a network's prefix");
      prefix_bits = *bits;
    }
    const int bits = static_cast<int>(prefix_bits) + (is_v6 ? 0 : kV4PrefixBits);
    list.networks_.push_back(Network{*base, bits});
  }
  return list;
}

bool NetworkList::contains(const Address& address) const {
  return std::any_of(networks_.begin(), networks_.end(), [&](const Network& network) {
    return is_within(address, network.base, network.prefix_bits);
  });
}

Address client_address(const Address& peer, std::string_view x_forwarded_for,
                       const NetworkList& trusted) {
  if (x_forwarded_for.empty()) return peer;
  Address address = peer;
  while (trusted.contains(address)) {
    const std::string_view entry = take_last(x_forwarded_for);
    if (entry.empty()) break;
    const auto next = Address::parse(without_quotes(entry));
    // Nothing left of this place can be trusted to be what our own proxies wrote.
    if (!next) return peer;
    address = *next;
  }
  return address;
}

}  // namespace penstock::http
