// What a server and the handler of its requests are to each other: who asks, what is asked, and
// what the server refuses by itself.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

#include "base/counters.h"
#include "http/client_address.h"
#include "http/message.h"
#include "http/request_parser.h"
#include "server/responder.h"

namespace penstock::server {

struct Peer {
  http::Address address;  // Of the socket, or from the PROXY header; 127.0.0.1 for a unix socket.
  bool is_unix = false;
  bool is_tls = false;
};

// Takes a body as it comes. Owned by its connection too, until the body is whole, the request is
// answered or the client has gone. It may answer at any time; what still comes is then thrown away,
// and the connection closed.
class BodyReader {
 public:
  virtual ~BodyReader() = default;
  // `part` is lent for the call. False: the connection is not read until Responder::read_on().
  virtual bool on_part(std::string_view part) = 0;
  // All of it has come.
  virtual void on_whole() = 0;
};

class Handler {
 public:
  virtual ~Handler() = default;
  // The request's views are lent for the call. Answer now or later, from this loop.
  virtual void on_request(const http::Request& request, const Peer& peer, Responder responder) = 0;
  // The body is over its limit: up to how many bytes it is held all the same, and counted as any
  // other. 0: on_large_request() is asked. Asked only where the limits say that large bodies are
  // told.
  virtual std::size_t whole_body_bytes_max(const http::Request& /*request*/) { return 0; }
  // The body is over its limit, and none of it has come yet or only a part: who takes it. The
  // request, which has no body, is lent for the call. nullptr: it is refused with 413. Asked only
  // where the limits say that large bodies are told.
  virtual std::shared_ptr<BodyReader> on_large_request(const http::Request& /*request*/,
                                                       const Peer& /*peer*/,
                                                       const Responder& /*responder*/) {
    return nullptr;
  }
  // The server itself refuses what came: not HTTP, too large, too slow, too much at once, by
  // `error` and `detail` as http::error_response() has them. Adds what this handler's own refusals
  // carry, such as who may read them, or says it in other words. All but `refusal` is lent for the
  // call.
  virtual void on_refusal(const http::PartialHead& /*head*/, std::string_view /*error*/,
                          std::string_view /*detail*/, http::Response& /*refusal*/) {}
};

struct ServerLimits {
  http::ParserLimits parser;
  std::int64_t header_timeout_ms = 10'000;  // Of a handshake too, by itself.
  // Of a body; again where it has brought 2 KiB a second of itself meanwhile.
  std::int64_t body_timeout_ms = 30'000;
  std::int64_t idle_timeout_ms = 60'000;
  // Without a byte taken by a client that is owed an answer.
  std::int64_t write_timeout_ms = 30'000;
  std::uint32_t connections_max = 65'536;
  // Of all requests that are not whole yet, with what was read behind whole ones. Past it those
  // that have taken longest are refused. A whole request is the handler's to hold or not.
  std::size_t arriving_bytes_max = 67'108'864;
  // PROXY headers are taken from these peers only, at listeners whose options ask for them.
  http::NetworkList trusted_proxies;
};

// Written by the server's loop, read by any thread.
struct ServerCounters {
  Counter connections;          // Open now.
  Counter connections_refused;  // Over connections_max, or no descriptor left.
  Counter timeouts;
  Counter tls_on_plain;  // Clients that began a handshake where none is spoken.
  Counter clients_gone;  // Of those that were watched.
  // Requests answered, by status.
  void count(std::uint16_t status) { by_status[status < 600 ? status : 599].add(); }
  std::array<Counter, 600> by_status;
  Histogram request_seconds;
};

}  // namespace penstock::server
