#include "intake/key_rules.h"

#include <algorithm>

#include "base/text.h"
#include "http/client_address.h"

namespace penstock::intake {
namespace {

constexpr std::uint16_t kHttpPort = 80;
constexpr std::uint16_t kHttpsPort = 443;
constexpr std::int64_t kPortMax = 65'535;

bool is_alnum(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool is_scheme(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return is_alnum(c) || c == '+' || c == '-' || c == '.';
  });
}

bool is_name(std::string_view host) {
  if (host.empty() || host.front() == '.' || host.find("..") != std::string_view::npos) {
    return false;
  }
  return std::all_of(host.begin(), host.end(),
                     [](char c) { return is_alnum(c) || c == '-' || c == '.' || c == '_'; });
}

bool is_bracketed_address(std::string_view host) {
  return host.size() > 2 && host.front() == '[' && host.back() == ']' &&
         http::Address::parse(host).has_value();
}

std::uint16_t own_port(std::string_view scheme) {
  if (equals_ignoring_case(scheme, "https")) return kHttpsPort;
  return equals_ignoring_case(scheme, "http") ? kHttpPort : std::uint16_t{0};
}

bool read_port(std::string_view text, std::uint16_t& port) {
  const auto number = parse_int(text);
  if (!number || *number < 1 || *number > kPortMax) return false;
  port = static_cast<std::uint16_t>(*number);
  return true;
}

// `rest` is what stands behind the host and its port.
std::optional<OriginParts> read_parts(std::string_view text, std::string_view& rest) {
  const std::size_t colon = text.find("://");
  if (colon == std::string_view::npos || !is_scheme(text.substr(0, colon))) return std::nullopt;
  OriginParts parts;
  parts.scheme = text.substr(0, colon);
  parts.port = own_port(parts.scheme);
  text.remove_prefix(colon + 3);
  const std::size_t end = std::min(text.find_first_of("/?#"), text.size());
  rest = text.substr(end);
  std::string_view host = text.substr(0, end);
  const std::size_t port_at = host.rfind(':');
  if (port_at != std::string_view::npos && host.back() != ']') {
    if (!read_port(host.substr(port_at + 1), parts.port)) return std::nullopt;
    host = host.substr(0, port_at);
  }
  parts.host = host;
  return parts;
}

}  // namespace

std::optional<OriginParts> read_origin(std::string_view text) {
  std::string_view rest;
  const auto parts = read_parts(text, rest);
  if (!parts || (!is_name(parts->host) && !is_bracketed_address(parts->host))) return std::nullopt;
  return parts;
}

std::optional<OriginParts> read_origin_pattern(std::string_view text) {
  if (text.size() > kOriginBytesMax) return std::nullopt;
  std::string_view rest;
  auto parts = read_parts(text, rest);
  if (!parts || (!rest.empty() && rest != "/")) return std::nullopt;
  if (parts->host.starts_with("*.")) {
    parts->host.remove_prefix(1);
    if (!is_name(parts->host.substr(1))) return std::nullopt;
    return parts;
  }
  if (!is_name(parts->host) && !is_bracketed_address(parts->host)) return std::nullopt;
  return parts;
}

std::optional<std::string> normal_origin(std::string_view text) {
  const auto parts = read_origin_pattern(trim(text));
  if (!parts) return std::nullopt;
  std::string normal =
      to_lower(str_cat(parts->scheme, "://", parts->is_pattern() ? "*" : "", parts->host));
  if (parts->port != own_port(parts->scheme)) normal += str_cat(":", parts->port);
  return normal;
}

bool matches(const OriginParts& pattern, const OriginParts& origin) {
  if (pattern.port != origin.port || !equals_ignoring_case(pattern.scheme, origin.scheme)) {
    return false;
  }
  if (!pattern.is_pattern()) return equals_ignoring_case(pattern.host, origin.host);
  if (origin.host.size() <= pattern.host.size()) return false;
  return equals_ignoring_case(origin.host.substr(origin.host.size() - pattern.host.size()),
                              pattern.host);
}

Result<void> settle_rules(KeyRules& rules) {
  if (rules.events_a_minute < 0 || rules.events_a_minute > kKeyQuotaMax) {
    return fail(ErrorCode::kRejected, "a quota is 1 to 1000000000 events a minute");
  }
  if (rules.expires_at_ms < 0) return fail(ErrorCode::kRejected, "a key expires after 1970");
  if (rules.origins.size() > kKeyOriginsMax) {
    return fail(ErrorCode::kRejected, "a key has at most 50 origins");
  }
  if (rules.addresses.size() > kKeyAddressesMax) {
    return fail(ErrorCode::kRejected, "a key has at most 100 networks");
  }
  for (std::string& origin : rules.origins) {
    auto normal = normal_origin(origin);
    if (!normal) {
      return fail(ErrorCode::kRejected,
                  "an origin is like https://shop.example or https://*.example.com");
    }
    origin = *std::move(normal);
  }
  if (!http::NetworkList::parse(rules.addresses)) {
    return fail(ErrorCode::kRejected, "a network is like 203.0.113.7 or 10.0.0.0/8");
  }
  return {};
}

}  // namespace penstock::intake
