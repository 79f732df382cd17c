// A pull parser for HTTP/1.x requests over llhttp: bytes in, whole requests out, no sockets.
//
// Strict where llhttp is not: it refuses what its 8.1.0 would let through and a proxy in front
// might read differently (obsolete folding, bare CR, missing or repeated Host, Transfer-Encoding
// that is not just "chunked" or comes with HTTP/1.0, versions other than 1.0 and 1.1, an empty
// header name, Upgrade and CONNECT). Every limit is checked before the bytes are kept.
//
// Between requests a parser holds no buffer, so an idle connection costs only this object. A
// buffer is borrowed from the BufferPool at a request's first byte and given back by reset() or
// abandon().
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

#include "http/message.h"

namespace penstock::http {

struct ParserLimits {
  // Request line and headers as sent, without what target_bytes_max counts.
  std::size_t header_bytes_max = 16'384;
  // The target, and lines of headers whose names begin with target_headers ("" for none): they
  // carry what would else stand in the target.
  std::size_t target_bytes_max = 8'192;
  std::string_view target_headers;
  std::size_t headers_max = 100;
  std::size_t body_bytes_max = 1'048'576;  // As sent.
  // Whether one that is larger is told by kLargeBody, and not refused.
  bool tells_large_bodies = false;
};

// Buffers for requests in progress, kept for reuse. One per loop. Bounded: buffers that grew past
// `kept_bytes_max` are freed on return.
class RequestBuffer;
class BufferPool {
 public:
  explicit BufferPool(std::size_t kept_max = 256, std::size_t kept_bytes_max = 65'536);
  ~BufferPool();
  std::unique_ptr<RequestBuffer> take();
  // Frees the buffers that wait for reuse and were not needed since the last call; returns how much
  // they held.
  std::size_t shrink();
  void give_back(std::unique_ptr<RequestBuffer> buffer);

  // What the requests in progress hold, as their parsers have told it.
  std::size_t bytes_in_use() const;
  void count_in_use(std::size_t before, std::size_t now);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

enum class Seen : std::uint8_t {
  kNothing,  // All bytes taken; the request goes on.
  kHeaders,  // The headers are whole and the client waits for "100 Continue". Feed on after it.
  // The body is over its limit: take_whole(), take_in_parts() or refuse_body() before feeding on.
  kLargeBody,
  kPart,     // Only after take_in_parts(): part() has what came of the body.
  kRequest,  // A whole request: request() is valid until reset().
  kRefused,  // status() and reason() say why. Feed no more; close after answering.
};

struct Step {
  std::size_t consumed;
  Seen seen;
};

class RequestParser {
 public:
  // Borrows both for the parser's lifetime. Limits may change between requests (reload).
  RequestParser(const ParserLimits& limits, BufferPool& pool);
  ~RequestParser();
  RequestParser(const RequestParser&) = delete;
  RequestParser& operator=(const RequestParser&) = delete;

  // Stops behind the end of a request; the caller feeds the rest after reset(). A request that is
  // whole in `bytes` borrows them until then, with the kReadablePadding bytes behind them that its
  // body promises: whoever reads bodies as JSON must feed from a buffer that has them.
  Step feed(std::string_view bytes);

  // After kRequest, and from kLargeBody on, then without its body.
  const Request& request() const;

  // These require kLargeBody before them. The first two return what feed() would have, kLargeBody
  // never. take_whole() goes on as with any other body, up to another limit; after take_in_parts(),
  // with kPart and kRequest the body so far is in part().
  Seen take_whole(std::size_t body_bytes_max);
  Seen take_in_parts();
  void refuse_body();
  // What came of the body with the last step; lent until the next. Empty where it is whole.
  std::string_view part() const;

  // What has been read of the head of the request in progress, or of the one that was refused;
  // lent until reset() or abandon().
  PartialHead head() const;

  // After kRefused: 400, 405 (CONNECT), 411, 413, 414, 417, 431, 501 or 505, and a sentence.
  std::uint16_t status() const;
  std::string_view reason() const;

  // Makes ready for the next request on the connection. Requires kRequest before it.
  void reset();
  // Gives up the request in progress or the refused one, and its buffer with it. Feed no more.
  void abandon();

  // What the request in progress holds, as the pool counts it.
  std::size_t buffer_bytes() const;

  // Of the body in progress, what has come, framing left out.
  std::size_t body_bytes() const;

  // True before the first byte of a request: the connection is idle.
  bool is_idle() const;
  // True once the headers are whole: the body is being received.
  bool is_in_body() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace penstock::http
