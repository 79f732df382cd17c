#include "io/socket_address.h"

#include <algorithm>
#include <cstddef>
#include <cstring>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/un.h>

#include "base/text.h"

namespace penstock::io {
namespace {

// The storage is read and written through copies of the concrete types: no aliasing to reason
// about, and the compiler makes moves of them.
template <class Concrete>
Concrete read_as(const SocketAddress& address) {
  Concrete concrete;
  std::memcpy(&concrete, &address.storage, sizeof concrete);
  return concrete;
}

template <class Concrete>
SocketAddress address_of(const Concrete& concrete, std::size_t bytes = sizeof(Concrete)) {
  SocketAddress address;
  std::memcpy(&address.storage, &concrete, sizeof concrete);
  address.bytes = static_cast<socklen_t>(bytes);
  return address;
}

Result<SocketAddress> parse_unix(std::string_view path) {
  sockaddr_un address{};
  if (path.empty() || path.size() >= sizeof address.sun_path ||
      path.find('\0') != std::string_view::npos) {
    return fail(ErrorCode::kConfiguration, "unix socket path is empty or too long");
  }
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, path.data(), path.size());
  return address_of(address, offsetof(sockaddr_un, sun_path) + path.size() + 1);
}

}  // namespace

Result<SocketAddress> parse_socket_address(std::string_view text) {
  if (text.starts_with("unix:")) return parse_unix(text.substr(5));

  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) {
    return fail(ErrorCode::kConfiguration, "address has no port");
  }
  const auto port = parse_int(text.substr(colon + 1));
  if (!port || *port < 0 || *port > 65'535) {
    return fail(ErrorCode::kConfiguration, "port is no number from 0 to 65535");
  }
  const std::uint16_t network_port = htons(static_cast<std::uint16_t>(*port));
  std::string host(text.substr(0, colon));

  sockaddr_in v4{};
  if (inet_pton(AF_INET, host.c_str(), &v4.sin_addr) == 1) {
    v4.sin_family = AF_INET;
    v4.sin_port = network_port;
    return address_of(v4);
  }
  sockaddr_in6 v6{};
  if (host.size() > 2 && host.front() == '[' && host.back() == ']' &&
      inet_pton(AF_INET6, host.substr(1, host.size() - 2).c_str(), &v6.sin6_addr) == 1) {
    v6.sin6_family = AF_INET6;
    v6.sin6_port = network_port;
    return address_of(v6);
  }
  return fail(ErrorCode::kConfiguration, "host is no numeric address");
}

std::uint16_t SocketAddress::port() const {
  if (storage.ss_family == AF_INET) return ntohs(read_as<sockaddr_in>(*this).sin_port);
  if (storage.ss_family == AF_INET6) return ntohs(read_as<sockaddr_in6>(*this).sin6_port);
  return 0;
}

std::string SocketAddress::text() const {
  char host[INET6_ADDRSTRLEN] = "";
  if (storage.ss_family == AF_INET) {
    const auto v4 = read_as<sockaddr_in>(*this);
    inet_ntop(AF_INET, &v4.sin_addr, host, sizeof host);
    return str_cat(std::string_view(host), ":", port());
  }
  if (storage.ss_family == AF_INET6) {
    const auto v6 = read_as<sockaddr_in6>(*this);
    inet_ntop(AF_INET6, &v6.sin6_addr, host, sizeof host);
    return str_cat("[", std::string_view(host), "]:", port());
  }
  const auto unix_address = read_as<sockaddr_un>(*this);
  return str_cat("unix:", std::string_view(unix_address.sun_path));
}

std::array<std::uint8_t, 16> SocketAddress::ip() const {
  std::array<std::uint8_t, 16> ip{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 127, 0, 0, 1};
  if (storage.ss_family == AF_INET) {
    const auto v4 = read_as<sockaddr_in>(*this);
    std::memcpy(ip.data() + 12, &v4.sin_addr, 4);
  } else if (storage.ss_family == AF_INET6) {
    const auto v6 = read_as<sockaddr_in6>(*this);
    std::memcpy(ip.data(), &v6.sin6_addr, 16);
  }
  return ip;
}

}  // namespace penstock::io
