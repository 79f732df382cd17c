#include "io/listen_socket.h"

#include <cerrno>
#include <string>

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/stat.h>

namespace penstock::io {
namespace {

// The kernel cuts it to net.core.somaxconn. Long enough for a burst that one slow turn leaves, and
// for what comes while one process follows another.
constexpr int kBacklog = 4096;

tl::unexpected<Error> failure(const char* step) { return fail(ErrorCode::kExhausted, errno, step); }

const sockaddr* as_sockaddr(const SocketAddress& address) {
  return reinterpret_cast<const sockaddr*>(&address.storage);
}

// "" for an abstract socket, which has no file.
std::string path_of(const SocketAddress& address) { return address.text().substr(5); }

bool set_option(int fd, int level, int option) {
  const int on = 1;
  return ::setsockopt(fd, level, option, &on, sizeof on) == 0;
}

int option_of(int fd, int option) {
  int value = 0;
  socklen_t bytes = sizeof value;
  return ::getsockopt(fd, SOL_SOCKET, option, &value, &bytes) == 0 ? value : -1;
}

// A socket's file outlives its process. Whether someone still answers there is asked by
// connecting.
void remove_if_dead(const SocketAddress& address) {
  const std::string path = path_of(address);
  struct stat status {};
  if (::lstat(path.c_str(), &status) != 0 || !S_ISSOCK(status.st_mode)) return;
  const files::Descriptor probe(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (::connect(probe.get(), as_sockaddr(address), address.bytes) != 0 && errno == ECONNREFUSED) {
    ::unlink(path.c_str());
  }
}

// TCP_NODELAY is set on the listening socket: accepted ones inherit it, which saves a call each.
Result<void> prepare_tcp(int fd, int family) {
  if (!set_option(fd, SOL_SOCKET, SO_REUSEADDR) || !set_option(fd, IPPROTO_TCP, TCP_NODELAY)) {
    return failure("set a listening socket's options");
  }
  // So that 0.0.0.0 and [::] can be listened at side by side.
  if (family == AF_INET6 && !set_option(fd, IPPROTO_IPV6, IPV6_V6ONLY)) {
    return failure("set a listening socket's options");
  }
  return {};
}

}  // namespace

ListenSocket::ListenSocket(files::Descriptor fd, Keeper keeper)
    : fd_(std::move(fd)), keeper_(keeper) {
  address_.bytes = sizeof address_.storage;
  ::getsockname(fd_.get(), reinterpret_cast<sockaddr*>(&address_.storage), &address_.bytes);
}

ListenSocket::~ListenSocket() {
  if (!fd_.is_open() || !address_.is_unix() || keeper_ != Keeper::kNone) return;
  // Closed first: whoever comes in between is refused, and not kept waiting.
  fd_.close();
  const std::string path = path_of(address_);
  if (!path.empty()) ::unlink(path.c_str());
}

Result<ListenSocket> ListenSocket::open(const SocketAddress& address) {
  return open(address, 0666);
}

Result<ListenSocket> ListenSocket::open(const SocketAddress& address, mode_t unix_mode) {
  const int family = address.storage.ss_family;
  files::Descriptor fd(::socket(family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!fd.is_open()) return failure("open a listening socket");
  if (address.is_unix()) {
    remove_if_dead(address);
  } else {
    PENSTOCK_TRY(prepare_tcp(fd.get(), family));
  }
  if (::bind(fd.get(), as_sockaddr(address), address.bytes) != 0) {
    return failure("bind a listening socket");
  }
  // Before listen(): nobody connects while it has another mode.
  if (address.is_unix() && ::chmod(path_of(address).c_str(), unix_mode) != 0) {
    return failure("set a unix socket's mode");
  }
  if (::listen(fd.get(), kBacklog) != 0) return failure("listen");
  return ListenSocket(std::move(fd), Keeper::kNone);
}

Result<ListenSocket> ListenSocket::adopt(files::Descriptor fd, Keeper keeper) {
  const int family = option_of(fd.get(), SO_DOMAIN);
  if (family != AF_INET && family != AF_INET6 && family != AF_UNIX) {
    return fail(ErrorCode::kConfiguration, errno, "adopt a descriptor: no TCP or unix socket");
  }
  if (option_of(fd.get(), SO_TYPE) != SOCK_STREAM || option_of(fd.get(), SO_ACCEPTCONN) != 1) {
    return fail(ErrorCode::kConfiguration, "adopt a socket: not a listening stream socket");
  }
  const int flags = ::fcntl(fd.get(), F_GETFL);
  if (flags < 0 || ::fcntl(fd.get(), F_SETFL, flags | O_NONBLOCK) != 0 ||
      ::fcntl(fd.get(), F_SETFD, FD_CLOEXEC) != 0) {
    return failure("adopt a socket: set its flags");
  }
  if (family != AF_UNIX && !set_option(fd.get(), IPPROTO_TCP, TCP_NODELAY)) {
    return failure("adopt a socket: set its options");
  }
  return ListenSocket(std::move(fd), keeper);
}

Result<ListenSocket> ListenSocket::duplicate() const {
  files::Descriptor copy(::fcntl(fd(), F_DUPFD_CLOEXEC, 0));
  if (!copy.is_open()) return failure("duplicate a listening socket");
  return ListenSocket(std::move(copy), keeper_);
}

bool ListenSocket::has_reuse_port() const { return option_of(fd(), SO_REUSEPORT) == 1; }

}  // namespace penstock::io
