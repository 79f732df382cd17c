// One request after the other to an HTTP/1.1 server, without blocking: for a caller that polls one
// connection or many. Plain HTTP only.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <poll.h>

#include "base/error.h"
#include "files/descriptor.h"
#include "http/response_parser.h"
#include "io/socket_address.h"

namespace penstock::client {

// Where requests go.
struct HttpPlace {
  std::vector<io::SocketAddress> addresses;  // Tried in turn until one takes the connection.
  std::string host;                          // For the Host header.
  std::string target;                        // "/v1/events?x=1".
};

// kConfiguration with the reason where this is no "http://host:port/path".
Result<void> check_http_url(const std::string& url);
// Where it leads. Names are asked for now, which may take as long as the system lets it;
// kDisconnected where nobody has that name.
Result<HttpPlace> find_http_place(const std::string& url);
// The same, reached through a unix socket.
Result<HttpPlace> find_http_place(const std::string& url, const std::string& unix_path);

class HttpConnection {
 public:
  enum class State : std::uint8_t { kIdle, kConnecting, kSending, kReceiving, kDone, kFailed };

  // Borrows `place`. Answers with a larger body fail.
  HttpConnection(const HttpPlace& place, std::size_t body_bytes_max)
      : place_(place), parser_(body_bytes_max) {}

  // Borrows `request`, whole as it goes over the wire, until kDone or kFailed; over the last
  // request's connection where the server has kept it. One that turns out to have been closed is
  // replaced, once, so the request has to be one that may arrive twice. Requires !is_busy().
  void start(std::string_view request);
  // What the caller has to wait for.
  pollfd wanted() const;
  // To be called when poll() has told something of it.
  void on_ready();
  // Gives up the request: kFailed with that error.
  void abort(const Error& error);

  State state() const { return state_; }
  bool is_busy() const { return state_ > State::kIdle && state_ < State::kDone; }
  const http::ResponseParser& answer() const { return parser_; }  // In kDone.
  const Error& error() const { return error_; }                   // In kFailed.
  // In kFailed: nobody took the connection.
  bool is_unreachable() const { return is_unreachable_; }

 private:
  void connect_next(int error);
  void on_connected();
  void send_some();
  void receive_some();
  void on_lost(const Error& error);
  void conclude(http::ResponseParser::Verdict verdict);

  const HttpPlace& place_;
  http::ResponseParser parser_;
  files::Descriptor socket_;
  State state_ = State::kIdle;
  std::string_view request_;
  std::size_t sent_bytes_ = 0;
  std::size_t next_address_ = 0;
  bool is_reused_ = false;
  bool is_unreachable_ = false;
  Error error_{};
};

}  // namespace penstock::client
