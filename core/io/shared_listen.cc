#include "io/shared_listen.h"

#include <cerrno>

#include <netinet/in.h>
#include <sys/socket.h>

namespace penstock::io {
namespace {

// As any listening socket's, see listen_socket.cc.
constexpr int kBacklog = 4096;

tl::unexpected<Error> failure(const char* step) { return fail(ErrorCode::kExhausted, errno, step); }

bool set_option(int fd, int level, int option) {
  const int on = 1;
  return ::setsockopt(fd, level, option, &on, sizeof on) == 0;
}

// SO_REUSEPORT before bind() lets a socket in beside others that have it. After bind() it lets
// others in beside this one, which had to find the place empty.
enum class Place : std::uint8_t { kEmpty, kShared };

Result<ListenSocket> open_at(const SocketAddress& address, Place place, Keeper keeper) {
  const int family = address.storage.ss_family;
  files::Descriptor fd(::socket(family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!fd.is_open()) return failure("open a listening socket");
  // So that 0.0.0.0 and [::] can be listened at side by side.
  const bool is_v6_alone = family != AF_INET6 || set_option(fd.get(), IPPROTO_IPV6, IPV6_V6ONLY);
  if (!is_v6_alone || !set_option(fd.get(), SOL_SOCKET, SO_REUSEADDR) ||
      (place == Place::kShared && !set_option(fd.get(), SOL_SOCKET, SO_REUSEPORT))) {
    return failure("set a listening socket's options");
  }
  const auto* where = reinterpret_cast<const sockaddr*>(&address.storage);
  if (::bind(fd.get(), where, address.bytes) != 0) return failure("bind a listening socket");
  if (!set_option(fd.get(), SOL_SOCKET, SO_REUSEPORT)) {
    return failure("set a listening socket's options");
  }
  if (::listen(fd.get(), kBacklog) != 0) return failure("listen");
  return ListenSocket::adopt(std::move(fd), keeper);
}

}  // namespace

Result<ListenSocket> open_shared(const SocketAddress& address) {
  if (address.is_unix()) return ListenSocket::open(address);
  return open_at(address, Place::kEmpty, Keeper::kNone);
}

Result<ListenSocket> open_beside(const ListenSocket& first) {
  return open_at(first.address(), Place::kShared, first.keeper());
}

}  // namespace penstock::io
