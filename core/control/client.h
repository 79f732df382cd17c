// Asks another of our programs to do something, over its unix socket.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.h"
#include "http/message.h"

namespace penstock::control {

struct Answer {
  std::uint16_t status = 0;
  std::string body;
};

class Client {
 public:
  // "unix:/path". Nothing is opened before it is asked.
  Client(std::string address, std::chrono::milliseconds deadline)
      : address_(std::move(address)), deadline_(deadline) {}

  const std::string& address() const { return address_; }

  // Blocks until the whole answer is there, for as long as the deadline at most. `path` is sent as
  // it is. kDisconnected: nobody serves the socket, and nothing was done. kOverloaded: no answer in
  // time, or one that broke off: it may have been done. kConfiguration with errno: we may not use
  // the socket. kCorrupt: what answered is none of ours.
  Result<Answer> ask(http::Method method, std::string_view path, std::string_view body = "") const;

 private:
  std::string address_;
  std::chrono::milliseconds deadline_;
};

}  // namespace penstock::control
