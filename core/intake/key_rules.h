// What a key may be bound to: where browsers send from, from which networks, how much a minute, and
// until when. Of a key without any of it nothing is asked.
//
// An origin is "https://shop.example", with its port where that is not the scheme's own, or
// "https://*.example.com": any name below that one, at any depth, and not itself. It keeps foreign
// pages off; whoever is no browser writes into that header what he likes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace penstock::intake {

inline constexpr std::size_t kKeyOriginsMax = 50;
inline constexpr std::size_t kKeyAddressesMax = 100;
inline constexpr std::size_t kOriginBytesMax = 200;
inline constexpr std::int64_t kKeyQuotaMax = 1'000'000'000;

struct KeyRules {
  std::int64_t events_a_minute = 0;    // 0: as many as come.
  std::vector<std::string> origins;    // As normal_origin() gives them. None: from anywhere.
  std::vector<std::string> addresses;  // Networks in CIDR form. None: from anywhere.
  std::int64_t expires_at_ms = 0;      // 0: never.

  bool operator==(const KeyRules&) const = default;
  bool is_empty() const { return *this == KeyRules(); }
};

// An origin, or the pattern of one. Views into its text.
struct OriginParts {
  std::string_view scheme;
  std::string_view host;   // Of a pattern without "*", beginning at the dot: ".example.com".
  std::uint16_t port = 0;  // The scheme's own where none is said; 0 of a scheme without.

  bool is_pattern() const { return host.starts_with('.'); }
};

// Of an Origin header, or of a URL's beginning, as Referer has it. Nullopt for anything else, such
// as "null".
std::optional<OriginParts> read_origin(std::string_view text);

// Of what a key is bound to: nothing may stand behind it but a slash.
std::optional<OriginParts> read_origin_pattern(std::string_view text);

// The pattern as it is kept: in small letters, without a slash and the scheme's own port. Nullopt
// where it is none.
std::optional<std::string> normal_origin(std::string_view text);

bool matches(const OriginParts& pattern, const OriginParts& origin);

// Brings the origins into their normal form. kRejected with what is wrong: an origin or a network
// that is none, too many of them, a quota out of bounds.
Result<void> settle_rules(KeyRules& rules);

}  // namespace penstock::intake
