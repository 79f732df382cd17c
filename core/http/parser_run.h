// For the parser's tests and its fuzz target: feeds a text in pieces and notes all that came out,
// so that two ways of cutting the same text can be compared.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/check.h"
#include "base/text.h"
#include "http/request_parser.h"

namespace penstock::http {

struct ParserRun {
  std::vector<std::string> requests;  // Each in full, as text.
  std::uint16_t status = 0;           // 0: not refused.
  std::string reason;
  int continues = 0;  // Times that Seen::kHeaders came.
  bool is_idle = false;

  bool operator==(const ParserRun&) const = default;
};

inline std::string describe(const Request& request, std::string_view body) {
  std::string text = str_cat(to_text(request.method), " ", request.target, " path=", request.path,
                             " query=", request.query, " 1.", int{request.minor_version},
                             request.keep_alive ? " keep" : " close");
  for (const Header& header : request.headers) {
    text += str_cat("\n", header.name, "=", header.value, ";");
  }
  return text + str_cat("\nbody=", body);
}
inline std::string describe(const Request& request) { return describe(request, request.body); }

// Reads what stands behind a body, which a sanitizer watches.
inline void read_padding(const Request& request) {
  const std::size_t bytes = request.body.size();
  [[maybe_unused]] volatile char sink = 0;
  for (std::size_t i = 0; i < kReadablePadding; ++i) sink = request.body.data()[bytes + i];
}

// One step of the parser's, noted. A large body is taken in parts, and put together in `parts`.
inline void note_step(RequestParser& parser, Seen seen, ParserRun& run, std::string& parts) {
  switch (seen) {
    case Seen::kNothing:
      return;
    case Seen::kHeaders:
      ++run.continues;
      return;
    case Seen::kLargeBody:
      return note_step(parser, parser.take_in_parts(), run, parts);
    case Seen::kPart:
      PENSTOCK_CHECK(!parser.part().empty());
      parts += parser.part();
      return;
    case Seen::kRequest:
      parts += parser.request().body;
      parts += parser.part();
      run.requests.push_back(describe(parser.request(), parts));
      parts.clear();
      return parser.reset();
    case Seen::kRefused:
      run.status = parser.status();
      run.reason = parser.reason();
      return;
  }
}

// `piece_bytes` gives the length of the next piece; 0 counts as 1.
inline ParserRun run_parser(std::string_view wire, const ParserLimits& limits, BufferPool& pool,
                            const std::function<std::size_t()>& piece_bytes) {
  ParserRun run;
  RequestParser parser(limits, pool);
  std::string parts;
  while (!wire.empty() && run.status == 0) {
    const std::size_t wanted = piece_bytes();
    // A copy of its own, so that a sanitizer sees any read past the piece or after the call.
    const std::string piece(wire.substr(0, wanted == 0 ? 1 : wanted));
    wire.remove_prefix(piece.size());
    std::string_view rest = piece;
    while (!rest.empty() && run.status == 0) {
      const Step step = parser.feed(rest);
      PENSTOCK_CHECK(step.consumed <= rest.size());
      rest.remove_prefix(step.consumed);
      PENSTOCK_CHECK(step.seen != Seen::kNothing || rest.empty());
      note_step(parser, step.seen, run, parts);
    }
  }
  run.is_idle = parser.is_idle();
  return run;
}

}  // namespace penstock::http
