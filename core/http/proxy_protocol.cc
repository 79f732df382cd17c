#include "http/proxy_protocol.h"

#include <algorithm>
#include <cstdint>
#include <cstring>

#include "base/text.h"

namespace penstock::http {
namespace {

using Parsed = Result<std::optional<ProxyHeader>>;

constexpr std::string_view kV1Start = "PROXY ";
constexpr std::size_t kV1BytesMax = 107;
constexpr std::string_view kV2Signature("\r\n\r\n\0\r\nQUIT\n", 12);
constexpr std::size_t kV2FixedBytes = 16;

// Of version 2's family byte: address family above, transport below.
constexpr std::uint8_t kUnspecified = 0x00;
constexpr std::uint8_t kTcp4 = 0x11;
constexpr std::uint8_t kUdp4 = 0x12;
constexpr std::uint8_t kTcp6 = 0x21;
constexpr std::uint8_t kUdp6 = 0x22;
constexpr std::uint8_t kUnixStream = 0x31;
constexpr std::uint8_t kUnixDatagram = 0x32;

auto broken(const char* step) { return fail(ErrorCode::kRejected, step); }

std::uint8_t byte_at(std::string_view bytes, std::size_t at) {
  return static_cast<std::uint8_t>(bytes[at]);
}

std::size_t length_at(std::string_view bytes, std::size_t at) {
  return static_cast<std::size_t>(byte_at(bytes, at)) << 8 | byte_at(bytes, at + 1);
}

// True where one is the beginning of the other.
bool agree(std::string_view bytes, std::string_view wanted) {
  const std::size_t common = std::min(bytes.size(), wanted.size());
  return bytes.substr(0, common) == wanted.substr(0, common);
}

// Takes the text up to the next space off the front, and the space.
std::string_view take_word(std::string_view& text) {
  const auto space = text.find(' ');
  const std::string_view word = text.substr(0, space);
  text.remove_prefix(space == std::string_view::npos ? text.size() : space + 1);
  return word;
}

bool is_v1_port(std::string_view text) {
  if (text.empty() || text.size() > 5 || (text.size() > 1 && text[0] == '0')) return false;
  if (!std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; })) {
    return false;
  }
  return *parse_int(text) <= 65'535;
}

std::optional<Address> v1_address(std::string_view text, bool is_v6) {
  // Digits and separators only: no brackets, port or zone, which parse() would take.
  const bool is_plain = text.find_first_of(is_v6 ? "[]%" : "[]%:") == std::string_view::npos;
  if (!is_plain || (text.find(':') != std::string_view::npos) != is_v6) return std::nullopt;
  // With a single colon, parse() would read an IPv4 address and its port.
  if (is_v6 && std::count(text.begin(), text.end(), ':') < 2) return std::nullopt;
  return Address::parse(text);
}

// "TCP4 192.0.2.1 192.0.2.2 56324 443", between "PROXY " and CR LF.
Parsed parse_v1_line(std::string_view line, std::size_t bytes) {
  const std::string_view protocol = take_word(line);
  if (protocol == "UNKNOWN") return std::optional(ProxyHeader{bytes, std::nullopt});
  if (protocol != "TCP4" && protocol != "TCP6") return broken("read a PROXY line's protocol");
  const bool is_v6 = protocol == "TCP6";
  const auto source = v1_address(take_word(line), is_v6);
  const auto destination = v1_address(take_word(line), is_v6);
  if (!source || !destination) return broken("read a PROXY line's addresses");
  const std::string_view source_port = take_word(line);
  // What is left must be the last word: a space behind it would be a fifth, empty one.
  if (!is_v1_port(source_port) || !is_v1_port(line)) return broken("read a PROXY line's ports");
  return std::optional(ProxyHeader{bytes, source});
}

Parsed parse_v1(std::string_view bytes) {
  const std::string_view seen = bytes.substr(0, kV1BytesMax);
  const auto cr = seen.find('\r');
  const auto lf = seen.substr(0, cr).find('\n');
  if (lf != std::string_view::npos) return broken("find a PROXY line's end");
  if (cr == std::string_view::npos || cr + 1 == seen.size()) {
    if (seen.size() == kV1BytesMax) return broken("find a PROXY line's end");
    return std::nullopt;
  }
  if (seen[cr + 1] != '\n') return broken("find a PROXY line's end");
  return parse_v1_line(seen.substr(kV1Start.size(), cr - kV1Start.size()), cr + 2);
}

// Their content is of no use here, but one that runs over the end shows a broken header.
bool are_tlvs_whole(std::string_view tlvs) {
  while (!tlvs.empty()) {
    if (tlvs.size() < 3) return false;
    const std::size_t bytes = 3 + length_at(tlvs, 1);
    if (bytes > tlvs.size()) return false;
    tlvs.remove_prefix(bytes);
  }
  return true;
}

Parsed parse_v2_addresses(std::uint8_t family, std::string_view block, std::size_t bytes) {
  std::size_t address_bytes = 0;
  Address client;
  switch (family) {
    case kUnspecified:
      return std::optional(ProxyHeader{bytes, std::nullopt});
    case kTcp4:
    case kUdp4:
      address_bytes = 12;
      client = *Address::parse("0.0.0.0");
      break;
    case kTcp6:
    case kUdp6:
      address_bytes = 36;
      break;
    case kUnixStream:
    case kUnixDatagram:
      address_bytes = 216;
      break;
    default:
      return broken("read a PROXY header's family");
  }
  if (block.size() < address_bytes) return broken("read a PROXY header's addresses");
  if (!are_tlvs_whole(block.substr(address_bytes))) return broken("read a PROXY header's TLVs");
  if (address_bytes == 216) return std::optional(ProxyHeader{bytes, std::nullopt});
  const std::size_t source_bytes = address_bytes == 12 ? 4 : 16;
  std::memcpy(client.bytes.data() + client.bytes.size() - source_bytes, block.data(), source_bytes);
  return std::optional(ProxyHeader{bytes, client});
}

Parsed parse_v2(std::string_view bytes) {
  // Each field is judged as soon as it is there, so that nonsense need not be waited for.
  if (bytes.size() > 12 && byte_at(bytes, 12) != 0x20 && byte_at(bytes, 12) != 0x21) {
    return broken("read a PROXY header's version and command");
  }
  if (bytes.size() < kV2FixedBytes) return std::nullopt;
  const std::size_t whole_bytes = kV2FixedBytes + length_at(bytes, 14);
  if (whole_bytes > kProxyHeaderBytesMax) return broken("read a PROXY header: it is too long");
  if (bytes.size() < whole_bytes) return std::nullopt;
  const bool is_local = byte_at(bytes, 12) == 0x20;
  if (is_local) return std::optional(ProxyHeader{whole_bytes, std::nullopt});
  const std::string_view block = bytes.substr(kV2FixedBytes, whole_bytes - kV2FixedBytes);
  return parse_v2_addresses(byte_at(bytes, 13), block, whole_bytes);
}

}  // namespace

Result<std::optional<ProxyHeader>> parse_proxy_header(std::string_view bytes) {
  if (bytes.empty()) return std::nullopt;
  if (agree(bytes, kV1Start)) return bytes.size() < kV1Start.size() ? Parsed() : parse_v1(bytes);
  if (!agree(bytes, kV2Signature)) return broken("find a PROXY header");
  return bytes.size() < kV2Signature.size() ? Parsed() : parse_v2(bytes);
}

}  // namespace penstock::http
