#include "http/head_scanner.h"

#include <algorithm>

#include "base/text.h"
#include "http/char_set.h"
#include "http/request_parser.h"

namespace penstock::http {
namespace {

// Longer than any method llhttp knows.
constexpr std::size_t kMethodBytesMax = 24;
constexpr std::size_t kVersionBytes = 8;  // "HTTP/1.1".
// Method, version and what stands between them, or the beginning of a name that is not known yet.
constexpr std::size_t kUncountedBytesMax = 64;

constexpr const char* kBareLineEnd = "A line ends in CR or LF alone; it must end in CR LF.";

bool is_digit(char c) { return c >= '0' && c <= '9'; }

enum class Count : std::uint8_t { kAsHeader, kAsTarget, kUnknown };

// By the beginning of a header's line, or as much of it as there is.
inline Count count_of(std::string_view line, std::string_view target_headers) {
  if (target_headers.empty()) return Count::kAsHeader;
  // Most names differ in their first letter.
  constexpr char kCaseBit = 0x20;
  if (!line.empty() && ((line.front() ^ target_headers.front()) & ~kCaseBit) != 0) {
    return Count::kAsHeader;
  }
  const std::size_t bytes = std::min(line.size(), target_headers.size());
  if (!equals_ignoring_case(line.substr(0, bytes), target_headers.substr(0, bytes))) {
    return Count::kAsHeader;
  }
  return bytes == target_headers.size() ? Count::kAsTarget : Count::kUnknown;
}

}  // namespace

void HeadScanner::begin_trailers() {
  *this = HeadScanner();
  state_ = State::kHeaders;
  is_trailers_ = true;
}

HeadScanner::Verdict HeadScanner::refuse(std::uint16_t status, const char* reason) {
  refusal_ = {status, reason};
  return Verdict::kRefused;
}

std::size_t HeadScanner::bytes_max(const ParserLimits& limits) {
  return limits.header_bytes_max + limits.target_bytes_max + kUncountedBytesMax;
}

HeadScanner::Verdict HeadScanner::scan(std::string_view text, const ParserLimits& limits) {
  Verdict verdict = Verdict::kMore;
  // Each part of a request line has a bound of its own.
  if (state_ != State::kHeaders) verdict = scan_request_line(text, limits);
  if (state_ == State::kHeaders && verdict == Verdict::kMore) verdict = scan_headers(text, limits);
  // Only where the limits were made smaller meanwhile.
  if (verdict == Verdict::kMore && text.size() > bytes_max(limits)) return refuse_headers();
  return verdict;
}

HeadScanner::Verdict HeadScanner::refuse_headers() {
  return refuse(431, "The headers are too large.");
}

HeadScanner::Verdict HeadScanner::scan_request_line(std::string_view text,
                                                    const ParserLimits& limits) {
  for (; position_ < text.size(); ++position_) {
    const char c = text[position_];
    switch (state_) {
      case State::kMethod:
        if (c == ' ' && position_ > 0) {
          is_connect_ = text.substr(0, position_) == "CONNECT";
          target_begin_ = position_ + 1;
          state_ = State::kTarget;
        } else if (!kTokenChars.has(c) || position_ == kMethodBytesMax) {
          return refuse(400, "The request does not begin with a method: this is not HTTP.");
        }
        break;
      case State::kTarget:
        if (c == ' ' && position_ > target_begin_) {
          target_end_ = position_;
          counted_as_target_ = target_end_ - target_begin_;
          line_begin_ = position_ + 1;
          state_ = State::kVersion;
        } else if (c == '\r' && position_ > target_begin_) {
          return refuse(505, "HTTP/0.9 is not supported.");
        } else if (c == ' ' || is_control(c)) {
          return refuse(400, "The request line is malformed.");
        } else if (position_ - target_begin_ >= limits.target_bytes_max) {
          return refuse(414, "The request target is too long.");
        }
        break;
      case State::kVersion:
        if (c == '\r') {
          if (take_version(text) == Verdict::kRefused) return Verdict::kRefused;
          state_ = State::kRequestLineEnd;
        } else if (position_ - line_begin_ == kVersionBytes || is_control(c)) {
          return refuse(400, "The request line does not end in an HTTP version.");
        }
        break;
      case State::kRequestLineEnd:
        if (c != '\n') return refuse(400, kBareLineEnd);
        if (is_connect_) return refuse(405, "CONNECT is not supported: this is not a proxy.");
        line_begin_ = ++position_;
        state_ = State::kHeaders;
        return Verdict::kMore;
      case State::kHeaders:
        return Verdict::kMore;
    }
  }
  return Verdict::kMore;
}

HeadScanner::Verdict HeadScanner::take_version(std::string_view text) {
  const std::string_view version = text.substr(line_begin_, position_ - line_begin_);
  if (version == "HTTP/1.1" || version == "HTTP/1.0") return Verdict::kMore;
  const bool is_version = version.size() == kVersionBytes && version.starts_with("HTTP/") &&
                          is_digit(version[5]) && version[6] == '.' && is_digit(version[7]);
  if (is_version) return refuse(505, "Only HTTP/1.1 and HTTP/1.0 are supported.");
  return refuse(400, "The request line does not end in an HTTP version.");
}

// kMore with line_begin_ moved: the line is whole.
inline HeadScanner::Verdict HeadScanner::scan_line(std::string_view text,
                                                   const ParserLimits& limits) {
  if (position_ >= text.size()) return Verdict::kMore;
  if (position_ == line_begin_) {
    const Verdict verdict = begin_line(text, limits);
    if (verdict != Verdict::kMore || position_ == line_begin_) return verdict;
  }
  // Both searches are the C library's, which looks at 32 bytes at a time.
  const auto cr = text.find('\r', position_);
  const auto line = text.substr(position_, cr == std::string_view::npos ? cr : cr - position_);
  if (line.find('\n') != std::string_view::npos) return refuse(400, kBareLineEnd);
  position_ = std::min(cr, text.size());
  if (text.size() - position_ < 2) return Verdict::kMore;
  if (text[cr + 1] != '\n') return refuse(400, kBareLineEnd);
  position_ = line_begin_ = cr + 2;
  return Verdict::kMore;
}

// What lies beyond a line's limit is not looked at, so that it is passed at the same byte however
// the text was cut.
HeadScanner::Verdict HeadScanner::scan_headers(std::string_view text, const ParserLimits& limits) {
  const std::string_view target_headers = is_trailers_ ? std::string_view() : limits.target_headers;
  for (;;) {
    const std::size_t begin = line_begin_;
    const Count count = count_of(text.substr(begin), target_headers);
    std::size_t end = limits.header_bytes_max + counted_as_target_;
    if (count == Count::kAsTarget) {
      end = begin + limits.target_bytes_max - std::min(counted_as_target_, limits.target_bytes_max);
    }
    if (count == Count::kUnknown && text.size() > end) return Verdict::kMore;
    const Verdict verdict = scan_line(text.substr(0, end), limits);
    if (verdict != Verdict::kMore) return verdict;
    if (line_begin_ == begin) return text.size() > end ? refuse_headers() : Verdict::kMore;
    if (count == Count::kAsTarget) counted_as_target_ += line_begin_ - begin;
  }
}

// Looks at a line's first byte. kMore with the position unmoved: a CR whose LF has not come.
HeadScanner::Verdict HeadScanner::begin_line(std::string_view text, const ParserLimits& limits) {
  switch (text[position_]) {
    case '\r':
      if (position_ + 1 == text.size()) return Verdict::kMore;
      if (text[position_ + 1] != '\n') return refuse(400, kBareLineEnd);
      position_ += 2;
      return Verdict::kWhole;
    case '\n':
      return refuse(400, kBareLineEnd);
    case ' ':
    case '\t':
      return refuse(400, "A header is folded over several lines.");
    case ':':
      return refuse(400, "A header has no name.");
    default:
      if (++headers_ > limits.headers_max) return refuse(431, "There are too many headers.");
      ++position_;
      return Verdict::kMore;
  }
}

}  // namespace penstock::http
