#include "enrich/url.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>

#include "base/percent.h"
#include "base/text.h"

namespace penstock::enrich {
namespace {

constexpr std::size_t kHostBytesMax = 253;    // DNS allows no longer name.
constexpr std::size_t kUtmNameBytesMax = 12;  // "utm_campaign".

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }

// Browsers drop spaces and control characters around a URL.
std::string_view without_edges(std::string_view url) {
  const auto is_edge = [](char c) { return c == ' ' || is_control(c); };
  while (!url.empty() && is_edge(url.front())) url.remove_prefix(1);
  while (!url.empty() && is_edge(url.back())) url.remove_suffix(1);
  return url;
}

// The length of "scheme:", or 0 where the URL starts with none.
std::size_t scheme_length(std::string_view url) {
  if (url.empty() || !is_letter(url.front())) return 0;
  for (std::size_t i = 1; i < url.size(); ++i) {
    const char c = url[i];
    if (c == ':') return i + 1;
    if (!is_letter(c) && !is_digit(c) && c != '+' && c != '-' && c != '.') return 0;
  }
  return 0;
}

// By byte: two hosts are looked through for each row. Those of RFC 3986 that no name of DNS has are
// left out, too: "https://+1+1/" is no site.
constexpr auto kIsHostByte = [] {
  std::array<bool, 256> is{};
  for (std::size_t byte = 0x20; byte < is.size(); ++byte) is[byte] = byte != 0x7f;
  for (const char c : std::string_view(" !#$%&()*+,/:;<=>?@[\\]^|\"'`{}~")) {
    is[static_cast<unsigned char>(c)] = false;
  }
  return is;
}();

bool is_host_byte(char c) { return kIsHostByte[static_cast<unsigned char>(c)]; }

bool is_ipv6_literal(std::string_view host) {
  return host.size() > 3 && host.front() == '[' && host.back() == ']' &&
         std::all_of(host.begin() + 1, host.end() - 1, [](char c) {
           return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F') || c == ':' ||
                  c == '.';
         });
}

std::string_view lower_case(std::string_view text, TextArena& arena) {
  const bool is_lower =
      std::none_of(text.begin(), text.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
  return is_lower ? text : arena.keep(to_lower(text));
}

// From "user:password@Host.:443" to "host".
std::string_view host_of(std::string_view authority, TextArena& arena) {
  if (const auto at = authority.rfind('@'); at != std::string_view::npos) {
    authority.remove_prefix(at + 1);
  }
  if (!authority.empty() && authority.front() == '[') {
    const std::string_view host = authority.substr(0, authority.find(']') + 1);
    return is_ipv6_literal(host) && host.size() <= kHostBytesMax ? lower_case(host, arena)
                                                                 : std::string_view{};
  }
  std::string_view host = authority.substr(0, authority.find(':'));
  if (!host.empty() && host.back() == '.') host.remove_suffix(1);
  if (host.size() > kHostBytesMax || !std::all_of(host.begin(), host.end(), is_host_byte)) {
    return {};
  }
  return lower_case(host, arena);
}

std::string decoded(std::string_view text) {
  std::string out;
  append_percent_decoded(out, text, Plus::kIsSpace);
  return out;
}

// A value that does not decode to printable UTF-8 is kept as it was sent: it is data of a stranger,
// and ends in JSON and in a page.
std::string_view utm_value(std::string_view raw, TextArena& arena) {
  const bool is_encoded =
      std::any_of(raw.begin(), raw.end(), [](char c) { return c == '%' || c == '+'; });
  if (!is_encoded) return utf8_prefix(raw, kUtmBytesMax);
  // Three times the limit holds any value that fits it when decoded.
  const std::string text = decoded(raw.substr(0, 3 * kUtmBytesMax));
  const std::string_view cut = trim(utf8_prefix(text, kUtmBytesMax));
  if (!is_valid_utf8(cut) || std::any_of(cut.begin(), cut.end(), is_control)) {
    return utf8_prefix(raw, kUtmBytesMax);
  }
  return arena.keep(cut);
}

void read_campaign(std::string_view query, UrlParts& parts, TextArena& arena) {
  while (!query.empty()) {
    const std::string_view pair = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(query.size(), pair.size() + 1));
    // Names are encoded too: "utm%5Fsource". Most pairs are none of ours.
    const auto equals = pair.find('=');
    if (equals == std::string_view::npos || equals > 3 * kUtmNameBytesMax) continue;
    std::string_view name = pair.substr(0, equals);
    std::string decoded_name;
    if (name.find('%') != std::string_view::npos) name = decoded_name = decoded(name);
    std::string_view* const part = name == "utm_source"     ? &parts.utm_source
                                   : name == "utm_medium"   ? &parts.utm_medium
                                   : name == "utm_campaign" ? &parts.utm_campaign
                                                            : nullptr;
    if (part != nullptr && part->empty()) *part = utm_value(pair.substr(equals + 1), arena);
  }
}

}  // namespace

UrlParts split_url(std::string_view url, TextArena& arena) {
  UrlParts parts;
  std::string_view rest = without_edges(url);
  rest = rest.substr(0, rest.find('#'));
  if (const auto question = rest.find('?'); question != std::string_view::npos) {
    read_campaign(rest.substr(question + 1), parts, arena);
    rest = rest.substr(0, question);
  }

  const std::size_t scheme = scheme_length(rest);
  const std::string_view name = rest.substr(0, scheme);
  const bool is_web = equals_ignoring_case(name, "http:") || equals_ignoring_case(name, "https:");
  const char other_slash = is_web || scheme == 0 ? '\\' : '/';
  const auto is_slash = [other_slash](char c) { return c == '/' || c == other_slash; };
  rest.remove_prefix(scheme);

  // "/path", "mailto:…", "about:blank": a path alone.
  if (rest.size() < 2 || !is_slash(rest[0]) || !is_slash(rest[1])) {
    parts.path = rest;
    return parts;
  }
  rest.remove_prefix(2);
  const auto authority =
      static_cast<std::size_t>(std::find_if(rest.begin(), rest.end(), is_slash) - rest.begin());
  parts.host = host_of(rest.substr(0, authority), arena);
  rest.remove_prefix(authority);
  parts.path = rest.empty() ? std::string_view("/") : rest;
  return parts;
}

}  // namespace penstock::enrich
