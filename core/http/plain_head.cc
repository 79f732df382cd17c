#include "http/plain_head.h"

#include <algorithm>
#include <cstdint>
#include <cstring>

#include "base/byte_scan.h"
#include "base/text.h"
#include "http/char_set.h"
#include "http/request_parser.h"

namespace penstock::http {
namespace {

// RFC 3986, 3.3 and 3.4.
constexpr CharSet kTarget("-._~!$&'()*+,;=:@/?%", true);

constexpr char kVersionAndLineEnd[] = "HTTP/1.1\r\n";
// No length with more digits is near a limit.
constexpr std::size_t kLengthDigitsMax = 15;

// The first control character at or behind `at`; `end` for none.
const char* find_control(const char* at, const char* end) {
  at = find_in_blocks(at, end, [](Bytes16 block) { return (block < 0x20) | (block == 0x7f); });
  while (at != end && !is_control(*at)) ++at;
  return at;
}

// Of a byte for each of the block's: 0xff for what is neither a letter nor from `first` to `last`.
auto is_unusual(Bytes16 block, std::uint8_t first, std::uint8_t last) {
  const Bytes16 from_a = (block | 0x20) - 'a';
  const Bytes16 from_first = block - first;
  return (from_a > 'z' - 'a') & (from_first > static_cast<std::uint8_t>(last - first));
}

// Behind the characters of the set.
const char* pass(const CharSet& set, const char* at, const char* end) {
  while (at != end && set.has(*at)) ++at;
  return at;
}

// The same for three sets, of which most texts have but what is passed in blocks.
const char* pass_target(const char* at, const char* end) {
  // The marks between the letters' neighbours: -./0123456789:
  at = find_in_blocks(at, end, [](Bytes16 block) { return is_unusual(block, '-', ':'); });
  return pass(kTarget, at, end);
}

const char* pass_token(const char* at, const char* end) {
  at = find_in_blocks(at, end, [](Bytes16 block) { return is_unusual(block, '-', '-'); });
  return pass(kTokenChars, at, end);
}

bool is_host(std::string_view text) {
  const char* const end = text.data() + text.size();
  // Most have but letters and -. and 0123456789:
  const char* const at = find_in_text(text.data(), end, 'a', [](Bytes16 block) {
    return is_unusual(block, '-', '.') & is_unusual(block, '0', ':');
  });
  return pass(kHostChars, at, end) == end;
}

// What the rules about single headers need to remember.
struct Framing {
  int hosts = 0;
  int lengths = 0;
  std::size_t body_bytes = 0;
  bool keep_alive = true;
};

bool take_length(std::string_view digits, Framing& framing) {
  if (digits.empty() || digits.size() > kLengthDigitsMax) return false;
  std::size_t bytes = 0;
  for (const char c : digits) {
    if (c < '0' || c > '9') return false;
    bytes = bytes * 10 + static_cast<std::size_t>(c - '0');
  }
  framing.body_bytes = bytes;
  return ++framing.lengths == 1;
}

bool take_connection(std::string_view value, Framing& framing) {
  if (equals_ignoring_case(value, "keep-alive")) return true;
  framing.keep_alive = false;
  return equals_ignoring_case(value, "close");
}

// False where the header leaves a doubt. Most names differ from all of these in their length.
bool take_header(const Header& header, Framing& framing) {
  // Most clients write names so, which makes them the quickest to compare.
  const auto is = [&](const auto& name) { return equals_ignoring_case(header.name, name); };
  switch (header.name.size()) {
    case 4:
      if (!is("Host")) return true;
      return ++framing.hosts == 1 && is_host(header.value);
    case 6:
      return !is("Expect");
    case 7:
      return !is("Upgrade");
    case 10:
      return !is("Connection") || take_connection(header.value, framing);
    case 14:
      return !is("Content-Length") || take_length(header.value, framing);
    case 16:
      return !is("Proxy-Connection");
    case 17:
      return !is("Transfer-Encoding");
    default:
      return true;
  }
}

// `text` off the front. Its length is known where this is compiled: few instructions compare it.
template <std::size_t size>
bool take_text(const char (&text)[size], const char*& at, const char* end) {
  constexpr std::size_t kBytes = size - 1;
  if (static_cast<std::size_t>(end - at) < kBytes || std::memcmp(at, text, kBytes) != 0) {
    return false;
  }
  at += kBytes;
  return true;
}

// "POST " off the front of the text.
bool take_method(const char*& at, const char* end, Method& method) {
  if (take_text("POST ", at, end)) {
    method = Method::kPost;
  } else if (take_text("GET ", at, end)) {
    method = Method::kGet;
  } else if (take_text("OPTIONS ", at, end)) {
    method = Method::kOptions;
  } else {
    return false;
  }
  return true;
}

bool take_request_line(const char*& at, const char* end, Request& request) {
  if (!take_method(at, end, request.method)) return false;
  const char* const target = at;
  if (at == end || *at != '/') return false;
  at = pass_target(at, end);
  request.target = {target, static_cast<std::size_t>(at - target)};
  if (!take_text(" ", at, end) || !take_text(kVersionAndLineEnd, at, end)) return false;
  const auto mark = request.target.find('?');
  request.path = request.target.substr(0, mark);
  if (mark != std::string_view::npos) request.query = request.target.substr(mark + 1);
  return true;
}

bool take_line_end(const char*& at, const char* end) { return take_text("\r\n", at, end); }

bool take_line(const char*& at, const char* end, Header& header) {
  const char* const name = at;
  at = pass_token(at, end);
  if (at == name || at == end || *at != ':') return false;
  header.name = {name, static_cast<std::size_t>(at - name)};
  ++at;
  while (at != end && *at == ' ') ++at;
  const char* const value = at;
  at = find_control(at, end);
  const char* value_end = at;
  while (value_end != value && value_end[-1] == ' ') --value_end;
  header.value = {value, static_cast<std::size_t>(value_end - value)};
  return take_line_end(at, end);
}

}  // namespace

std::optional<PlainHead> read_plain_head(std::string_view text, const ParserLimits& limits,
                                         Request& request, std::vector<Header>& headers) {
  // Within the smaller of the two no part of a head can be over a limit of its own.
  const std::size_t bytes_max =
      std::min({text.size(), limits.header_bytes_max, limits.target_bytes_max});
  const char* at = text.data();
  const char* const end = at + bytes_max;
  if (!take_request_line(at, end, request)) return std::nullopt;

  Framing framing;
  while (!take_line_end(at, end)) {
    if (headers.size() == limits.headers_max) return std::nullopt;
    Header& header = headers.emplace_back();
    if (!take_line(at, end, header) || !take_header(header, framing)) return std::nullopt;
  }
  request.keep_alive = framing.keep_alive;
  // What a GET has as a body means nothing, and is read all the same.
  const bool has_odd_body = request.method == Method::kGet && framing.body_bytes > 0;
  if (framing.hosts != 1 || has_odd_body || framing.body_bytes > limits.body_bytes_max) {
    return std::nullopt;
  }
  return PlainHead{static_cast<std::size_t>(at - text.data()), framing.body_bytes};
}

}  // namespace penstock::http
