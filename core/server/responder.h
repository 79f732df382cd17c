// What a handler answers by, at once or later, whatever has become of the connection meanwhile.
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>

#include "http/message.h"

namespace penstock::server {

class ConnectionHost;

// The right to answer one request, once. Cheap to copy; safe to keep after the connection or its
// request has gone: then respond() does nothing and says so. Use on the server's loop only.
class Responder {
 public:
  Responder() = default;
  // Borrows `host`.
  Responder(ConnectionHost* host, std::uint32_t slot, std::uint32_t generation)
      : host_(host), slot_(slot), generation_(generation) {}

  // False where the client has gone.
  bool respond(const http::Response& response) const;
  // As respond(), for an answer whose bytes are the same every time: `bytes` are its header lines
  // (Content-Type, Content-Length, …), the empty line and the body. Status line, Date, Connection
  // and `lines`, whole header lines, are put before. No copy but the one into the write. False in
  // `keep_alive` closes afterwards.
  bool respond_raw(std::string_view bytes, std::uint16_t status, bool keep_alive,
                   std::string_view lines = {}) const;

  // For an answer that costs much and that nobody else has a use for: `on_gone` is called, once and
  // never from within this call, where the client goes before it is answered, and the connection is
  // closed. A client that has only ended its side counts as gone, because the two look alike; who
  // is not watched is answered all the same, as HTTP lets it. False where it has gone already.
  bool watch(std::function<void()> on_gone) const;

  // For an answer of any length: its head now and its body by parts, behind which the connection is
  // closed. Never from within on_request(). `head` has no body. False where the client has gone.
  bool begin_parts(const http::Response& head) const;
  enum class Sent : std::uint8_t { kNow, kLater, kGone };
  // After begin_parts(). kLater: `on_sent` is called, once, when all of it is with the kernel, and
  // until then there should be no further part; kGone: never.
  Sent send_part(std::string_view part, std::function<void()> on_sent) const;
  // All of it was sent, or it is cut off here so that the client can tell.
  void end_parts(bool is_whole) const;

  // The reader of the request's body takes parts again. Never from within a call of the reader's.
  void read_on() const;

 private:
  ConnectionHost* host_ = nullptr;
  std::uint32_t slot_ = 0;
  std::uint32_t generation_ = 0;
};

}  // namespace penstock::server
