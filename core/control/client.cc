#include "control/client.h"

#include <cerrno>
#include <optional>

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/text.h"
#include "files/descriptor.h"
#include "files/failure.h"
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

Result<std::string> receive_all(int fd, Time end) {
  std::string text;
  char bytes[4'096];
  while (text.size() <= kAnswerBytesMax) {
    const ssize_t got = ::recv(fd, bytes, sizeof bytes, 0);
    if (got == 0) return text;
    if (got > 0) {
      text.append(bytes, static_cast<std::size_t>(got));
      continue;
    }
    if (errno != EAGAIN && errno != EINTR) {
      return fail(ErrorCode::kOverloaded, errno, "receive an answer");
    }
    PENSTOCK_TRY(wait_until(fd, POLLIN, end));
  }
  return fail(ErrorCode::kCorrupt, "receive an answer: too long");
}

// The value of a header of `head`, which ends with an empty line; nullopt without one.
std::optional<std::int64_t> length_in(std::string_view head) {
  constexpr std::string_view kName = "\r\ncontent-length:";
  const std::string lower = to_lower(head);
  const std::size_t at = lower.find(kName);
  if (at == std::string::npos) return std::nullopt;
  const std::size_t value = at + kName.size();
  return parse_int(trim(std::string_view(lower).substr(value, lower.find("\r\n", value) - value)));
}

// Our server sends a length with every answer: one that broke off is told from a whole one.
Result<Answer> parse(const std::string& text) {
  constexpr std::string_view kVersion = "HTTP/1.1 ";
  const std::size_t end = text.find("\r\n\r\n");
  if (end == std::string::npos) {
    return fail(ErrorCode::kOverloaded, "receive an answer: it broke off");
  }
  const std::string_view head = std::string_view(text).substr(0, end + 2);
  const auto status = head.starts_with(kVersion) && head.size() > kVersion.size() + 3
                          ? parse_int(head.substr(kVersion.size(), 3))
                          : std::nullopt;
  const auto length = length_in(head);
  if (!status || *status < 100 || !length || *length < 0) {
    return fail(ErrorCode::kCorrupt, "read an answer: it is none of ours");
  }
  Answer answer{static_cast<std::uint16_t>(*status), text.substr(end + 4)};
  if (answer.body.size() < static_cast<std::uint64_t>(*length)) {
    return fail(ErrorCode::kOverloaded, "receive an answer: it broke off");
  }
  return answer;
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
  const auto text = receive_all(socket->get(), end);
  if (!text) return fail(text.error());
  return parse(*text);
}

}  // namespace penstock::control
