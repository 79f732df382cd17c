#include "io/listener.h"

#include <cerrno>
#include <utility>

#include "base/check.h"

namespace penstock::io {
namespace {

// Per turn, so that a flood of new peers does not starve the ones that are being served.
constexpr int kAcceptsPerTurn = 64;
constexpr std::int64_t kRestMs = 100;
// At the end: as many as the kernel's queue holds at most (net.core.somaxconn), so that all who
// wait then are served, and peers that keep coming do not hold us here.
constexpr int kLastAcceptsMax = 4'096;

// Over with that one peer; the next may be well. Every other error calls for a rest.
bool is_peers_own(int error) {
  return error == ECONNABORTED || error == EINTR || error == EPROTO || error == EPERM;
}

}  // namespace

Listener::Listener(ListenSocket socket, ListenerOptions options, Loop& loop, Acceptor& acceptor)
    : socket_(std::move(socket)),
      acceptor_(acceptor),
      poll_(new uv_poll_t()),
      rest_(loop, [this] { watch(); }) {
  set_options(std::move(options));
  PENSTOCK_CHECK(uv_poll_init(loop.uv(), poll_.get(), socket_.fd()) == 0);
  poll_->data = this;
  watch();
}

// Polling must have stopped before the descriptor is closed; uv_close stops it at once.
Listener::~Listener() { poll_.reset(); }

void Listener::set_options(ListenerOptions options) {
  options_ = std::move(options);
  options_.address = address().text();
}

void Listener::watch() {
  uv_poll_start(poll_.get(), UV_READABLE, [](uv_poll_t* poll, int /*status*/, int /*events*/) {
    if (auto* self = static_cast<Listener*>(poll->data)) self->accept_some(kAcceptsPerTurn);
  });
}

void Listener::take_what_waits() {
  if (socket_.keeper() != Keeper::kSomeone) accept_some(kLastAcceptsMax);
}

void Listener::accept_some(int count_max) {
  const bool is_unix = address().is_unix();
  for (int count = 0; count < count_max; ++count) {
    SocketAddress peer;
    peer.bytes = sizeof peer.storage;
    const int fd = ::accept4(socket_.fd(), reinterpret_cast<sockaddr*>(&peer.storage), &peer.bytes,
                             SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (fd >= 0) {
      if (is_unix) peer.storage.ss_family = AF_UNIX;  // An unnamed peer has no address.
      acceptor_.on_accepted(fd, peer, options_);
      continue;
    }
    if (errno == EAGAIN || errno == EWOULDBLOCK) return;
    if (is_peers_own(errno)) continue;
    const int error = errno;
    uv_poll_stop(poll_.get());
    rest_.start_once(kRestMs);
    acceptor_.on_exhausted(error);
    return;
  }
}

}  // namespace penstock::io
