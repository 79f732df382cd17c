#include "control/client.h"

#include <cerrno>

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/text.h"
#include "files/descriptor.h"
#include "files/failure.h"
#include "http/response_parser.h"
#include "io/socket_address.h"

namespace penstock::control {
namespace {

using Time = std::chrono::steady_clock::time_point;

// Our own answers are some hundred bytes; a stranger at the socket must not fill our memory.
constexpr std::size_t kAnswerBytesMax = 1 << 20;

Result<void> wait_until(int fd, short events, Time end) {
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - Time::clock::now()).count();
  pollfd wanted{fd, events, 0};
  const int ready = left > 0 ? ::poll(&wanted, 1, static_cast<int>(left)) : 0;
  if (ready > 0 || (ready < 0 && errno == EINTR)) return {};
  return fail(ErrorCode::kOverloaded, ready < 0 ? errno : ETIMEDOUT, "wait for an answer");
}

Result<files::Descriptor> connect_to(const std::string& address) {
  const auto parsed = io::parse_socket_address(address);
  if (!parsed) return fail(parsed.error());
  files::Descriptor socket(
      ::socket(parsed->storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!socket.is_open()) return files::fail_by_errno(errno, "open a socket");
  const auto* raw = reinterpret_cast<const sockaddr*>(&parsed->storage);
  if (::connect(socket.get(), raw, parsed->bytes) == 0) return socket;
  if (errno == EACCES || errno == EPERM) return files::fail_by_errno(errno, "use a socket");
  // EAGAIN: its queue is full, since nobody accepts.
  return fail(errno == EAGAIN ? ErrorCode::kOverloaded : ErrorCode::kDisconnected, errno,
              "connect to a socket");
}

Result<void> send_all(int fd, std::string_view text, Time end) {
  while (!text.empty()) {
    const ssize_t sent = ::send(fd, text.data(), text.size(), MSG_NOSIGNAL);
    if (sent >= 0) {
      text.remove_prefix(static_cast<std::size_t>(sent));
      continue;
    }
    if (errno != EAGAIN && errno != EINTR) {
      return fail(ErrorCode::kOverloaded, errno, "send a request");
    }
    PENSTOCK_TRY(wait_until(fd, POLLOUT, end));
  }
  return {};
}

Result<Answer> receive(int fd, Time end) {
  using Verdict = http::ResponseParser::Verdict;
  http::ResponseParser parser(kAnswerBytesMax);
  parser.begin();
  char bytes[4'096];
  for (;;) {
    const ssize_t got = ::recv(fd, bytes, sizeof bytes, 0);
    if (got < 0) {
      if (errno != EAGAIN && errno != EINTR) {
        return fail(ErrorCode::kOverloaded, errno, "receive an answer");
      }
      PENSTOCK_TRY(wait_until(fd, POLLIN, end));
      continue;
    }
    const bool is_end = got == 0;
    const Verdict verdict =
        is_end ? parser.finish() : parser.feed({bytes, static_cast<std::size_t>(got)});
    // Our server says with every answer how long it is: the connection's end is never an answer's.
    if (is_end && verdict != Verdict::kWhole) {
      return fail(ErrorCode::kOverloaded, "receive an answer: it broke off");
    }
    if (is_end || verdict == Verdict::kInvalid) {
      return fail(ErrorCode::kCorrupt, "read an answer: it is none of ours");
    }
    if (verdict == Verdict::kWhole) return Answer{parser.status(), parser.body()};
  }
}

}  // namespace

Result<Answer> Client::ask(http::Method method, std::string_view path,
                           std::string_view body) const {
  const Time end = Time::clock::now() + deadline_;
  const auto socket = connect_to(address_);
  if (!socket) return fail(socket.error());
  const std::string request = str_cat(
      http::to_text(method), " ", path, " HTTP/1.1\r\nHost: localhost\r\nConnection: close",
      "\r\nContent-Type: application/json\r\nContent-Length: ", body.size(), "\r\n\r\n", body);
  PENSTOCK_TRY(send_all(socket->get(), request, end));
  return receive(socket->get(), end);
}

}  // namespace penstock::control
