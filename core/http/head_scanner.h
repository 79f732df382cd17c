// The checks on a request's raw head that llhttp 8.1.0 does not make, or makes too late.
//
// It finds the end of a head (request line and headers, up to the empty line) or of a trailer
// block, and refuses on the way what proxies are known to read in more than one way: bare CR, bare
// LF, folded lines, empty names; other protocols by their first line; and each limit at the byte
// that passes it. What it says of a head depends only on the bytes, never on how they were cut.
// Characters within names and values stay llhttp's business, which sees only whole heads.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace penstock::http {

struct ParserLimits;

// Why a request is not served: an answer's status and a sentence in static storage.
struct Refusal {
  std::uint16_t status = 0;  // 0: not refused.
  const char* reason = "";
};

class HeadScanner {
 public:
  enum class Verdict : std::uint8_t { kMore, kWhole, kRefused };

  // Makes ready for a head, or for trailers, which have no request line.
  void begin_head() { *this = HeadScanner(); }
  void begin_trailers();

  // Goes on where the last call stopped. `text` is all that has come since begin, and may hold
  // what follows the head.
  Verdict scan(std::string_view text, const ParserLimits& limits);

  // More of a head than this is never wanted: scan() has refused it by then.
  static std::size_t bytes_max(const ParserLimits& limits);

  // After kWhole: bytes of `text` that belong to the head, the empty line included.
  std::size_t bytes() const { return position_; }
  // After kWhole of a head.
  std::string_view target_of(std::string_view text) const {
    return text.substr(target_begin_, target_end_ - target_begin_);
  }
  // After kRefused.
  const Refusal& refusal() const { return refusal_; }

 private:
  enum class State : std::uint8_t { kMethod, kTarget, kVersion, kRequestLineEnd, kHeaders };

  Verdict refuse(std::uint16_t status, const char* reason);
  Verdict refuse_headers();
  Verdict scan_request_line(std::string_view text, const ParserLimits& limits);
  Verdict take_version(std::string_view text);
  Verdict scan_headers(std::string_view text, const ParserLimits& limits);
  Verdict scan_line(std::string_view text, const ParserLimits& limits);
  Verdict begin_line(std::string_view text, const ParserLimits& limits);

  State state_ = State::kMethod;
  bool is_connect_ = false;
  bool is_trailers_ = false;
  std::size_t position_ = 0;    // Everything before it is looked at.
  std::size_t line_begin_ = 0;  // In kVersion: where the version begins.
  std::size_t target_begin_ = 0;
  std::size_t target_end_ = 0;
  std::size_t counted_as_target_ = 0;  // The target, and whole lines of headers that count as it.
  std::size_t headers_ = 0;
  Refusal refusal_;
};

}  // namespace penstock::http
