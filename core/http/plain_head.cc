#include "http/plain_head.h"

#include <algorithm>
#include <cstdint>
#include <cstring>

#include "base/text.h"
#include "http/char_set.h"
#include "http/request_parser.h"

namespace penstock::http {
namespace {

// RFC 3986, 3.3 and 3.4.
constexpr CharSet kTarget("-._~!$&'()*+,;=:@/?%", true);

constexpr std::string_view kVersionAndLineEnd = "HTTP/1.1\r\n";
// No length with more digits is near a limit.
constexpr std::size_t kLengthDigitsMax = 15;

// Whether a byte of the word is a control character. Each byte is looked at by itself: a borrow can
// only come from one that is one.
bool has_control(std::uint64_t word) {
  constexpr std::uint64_t kEach = 0x0101010101010101;
  constexpr std::uint64_t kHighBits = 0x80 * kEach;
  const std::uint64_t not_delete = word ^ (0x7f * kEach);
  const std::uint64_t below_space = (word - 0x20 * kEach) & ~word;
  const std::uint64_t is_delete = (not_delete - kEach) & ~not_delete;
  return ((below_space | is_delete) & kHighBits) != 0;
}

// The first control character at or behind `at`; `end` for none.
const char* find_control(const char* at, const char* end) {
  std::uint64_t word = 0;
  for (; static_cast<std::size_t>(end - at) >= sizeof word; at += sizeof word) {
    std::memcpy(&word, at, sizeof word);
    if (has_control(word)) break;
  }
  while (at != end && !is_control(*at)) ++at;
  return at;
}

// Behind the characters of the set.
const char* pass(const CharSet& set, const char* at, const char* end) {
  for (; end - at >= 4; at += 4) {
    if (!set.has(at[0])) return at;
    if (!set.has(at[1])) return at + 1;
    if (!set.has(at[2])) return at + 2;
    if (!set.has(at[3])) return at + 3;
  }
  while (at != end && set.has(*at)) ++at;
  return at;
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
  const auto is = [&](std::string_view name) { return equals_ignoring_case(header.name, name); };
  switch (header.name.size()) {
    case 4:
      if (!is("host")) return true;
      return ++framing.hosts == 1 && kHostChars.has_all(header.value);
    case 6:
      return !is("expect");
    case 7:
      return !is("upgrade");
    case 10:
      return !is("connection") || take_connection(header.value, framing);
    case 14:
      return !is("content-length") || take_length(header.value, framing);
    case 16:
      return !is("proxy-connection");
    case 17:
      return !is("transfer-encoding");
    default:
      return true;
  }
}

// "POST " off the front of the text.
bool take_method(const char*& at, const char* end, Method& method) {
  struct Start {
    std::string_view text;
    Method method;
  };
  constexpr Start kStarts[] = {
      {"POST ", Method::kPost}, {"GET ", Method::kGet}, {"OPTIONS ", Method::kOptions}};
  const std::string_view rest(at, static_cast<std::size_t>(end - at));
  for (const Start& start : kStarts) {
    if (!rest.starts_with(start.text)) continue;
    at += start.text.size();
    method = start.method;
    return true;
  }
  return false;
}

bool take_request_line(const char*& at, const char* end, Request& request) {
  if (!take_method(at, end, request.method)) return false;
  const char* const target = at;
  if (at == end || *at != '/') return false;
  at = pass(kTarget, at, end);
  request.target = {target, static_cast<std::size_t>(at - target)};
  if (at == end || *at != ' ') return false;
  ++at;
  if (!std::string_view(at, static_cast<std::size_t>(end - at)).starts_with(kVersionAndLineEnd)) {
    return false;
  }
  at += kVersionAndLineEnd.size();
  const auto mark = request.target.find('?');
  request.path = request.target.substr(0, mark);
  if (mark != std::string_view::npos) request.query = request.target.substr(mark + 1);
  return true;
}

bool take_line_end(const char*& at, const char* end) {
  if (end - at < 2 || at[0] != '\r' || at[1] != '\n') return false;
  at += 2;
  return true;
}

bool take_line(const char*& at, const char* end, Header& header) {
  const char* const name = at;
  at = pass(kTokenChars, at, end);
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
