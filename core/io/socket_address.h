// Where a server listens, from its configured text.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include <sys/socket.h>

#include "base/error.h"

namespace penstock::io {

// A numeric TCP address or a unix socket's path.
struct SocketAddress {
  sockaddr_storage storage{};
  socklen_t bytes = 0;

  bool is_unix() const { return storage.ss_family == AF_UNIX; }
  // "host:port", "[v6]:port" or "unix:/path": what parse_socket_address() reads.
  std::string text() const;
  std::uint16_t port() const;  // 0 for a unix socket.
  // IPv4 as v4-mapped IPv6; 127.0.0.1 for a unix socket, whose peer is on this machine.
  std::array<std::uint8_t, 16> ip() const;
};

// kConfiguration for anything else; names are not resolved.
Result<SocketAddress> parse_socket_address(std::string_view text);

}  // namespace penstock::io
