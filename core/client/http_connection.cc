#include "client/http_connection.h"

#include <cerrno>
#include <cstring>
#include <memory>

#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include "base/check.h"
#include "base/text.h"

namespace penstock::client {
namespace {

constexpr std::string_view kScheme = "http://";

struct UrlParts {
  std::string host;  // Without brackets.
  std::string port;
  HttpPlace place;
};

Result<UrlParts> split(const std::string& url) {
  constexpr const char* kStep = "read the URL";
  const std::size_t scheme_end = url.find("://");
  if (scheme_end != std::string::npos && equals_ignoring_case(url.substr(0, scheme_end), "https")) {
    return fail(
        ErrorCode::kConfiguration, 0, kStep,
        "this tool speaks no https; `penstock send --output FILE` writes the events, for curl");
  }
  if (scheme_end != std::string::npos && scheme_end + 3 != kScheme.size()) {
    return fail(ErrorCode::kConfiguration, 0, kStep, "only http:// is known");
  }
  std::string_view rest = url;
  if (scheme_end != std::string::npos) rest.remove_prefix(kScheme.size());
  rest = rest.substr(0, rest.find('#'));
  const std::size_t host_end = std::min(rest.find_first_of("/?"), rest.size());
  const std::string_view authority = rest.substr(0, host_end);
  UrlParts parts;
  parts.place.host = authority;
  parts.place.target = rest.substr(host_end);
  if (parts.place.target.empty() || parts.place.target[0] != '/') parts.place.target.insert(0, "/");

  const bool has_brackets = !authority.empty() && authority.front() == '[';
  const std::size_t close = has_brackets ? authority.find(']') : 0;
  const std::size_t colon = close == std::string_view::npos ? close : authority.find(':', close);
  parts.host = authority.substr(0, colon);
  if (has_brackets && close != std::string_view::npos) parts.host = authority.substr(1, close - 1);
  parts.port = colon == std::string_view::npos ? "80" : std::string(authority.substr(colon + 1));
  const auto port = parse_int(parts.port);
  for (const char c : rest) {
    if (c > ' ' && c < 0x7f) continue;
    return fail(ErrorCode::kConfiguration, 0, kStep, "it holds a character that has to be escaped");
  }
  if (parts.host.empty() || parts.host[0] == '[' || authority.find('@') != std::string_view::npos ||
      !port || *port < 1 || *port > 65'535) {
    return fail(ErrorCode::kConfiguration, 0, kStep, "it has to be http://HOST[:PORT][/PATH]");
  }
  return parts;
}

files::Descriptor open_socket(const io::SocketAddress& address) {
  files::Descriptor socket(
      ::socket(address.storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  const int on = 1;
  if (!address.is_unix()) ::setsockopt(socket.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return socket;
}

}  // namespace

Result<void> check_http_url(const std::string& url) {
  PENSTOCK_TRY(split(url));
  return {};
}

Result<HttpPlace> find_http_place(const std::string& url) {
  auto parts = split(url);
  if (!parts) return fail(parts.error());
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_NUMERICSERV;
  addrinfo* list = nullptr;
  const int code = ::getaddrinfo(parts->host.c_str(), parts->port.c_str(), &hints, &list);
  if (code != 0) {
    return fail(ErrorCode::kDisconnected, 0, "look up the host's name", ::gai_strerror(code));
  }
  const std::unique_ptr<addrinfo, void (*)(addrinfo*)> owner(list, ::freeaddrinfo);
  for (const addrinfo* entry = list; entry != nullptr; entry = entry->ai_next) {
    io::SocketAddress& address = parts->place.addresses.emplace_back();
    std::memcpy(&address.storage, entry->ai_addr, entry->ai_addrlen);
    address.bytes = entry->ai_addrlen;
  }
  return std::move(parts->place);
}

Result<HttpPlace> find_http_place(const std::string& url, const std::string& unix_path) {
  auto parts = split(url);
  if (!parts) return fail(parts.error());
  const auto address = io::parse_socket_address(str_cat("unix:", unix_path));
  if (!address) return fail(address.error());
  parts->place.addresses.push_back(*address);
  return std::move(parts->place);
}

void HttpConnection::start(std::string_view request) {
  PENSTOCK_CHECK(!is_busy());
  request_ = request;
  sent_bytes_ = next_address_ = 0;
  is_unreachable_ = false;
  parser_.begin();
  is_reused_ = socket_.is_open();
  if (is_reused_) {
    state_ = State::kSending;
  } else {
    connect_next(ECONNREFUSED);
  }
}

// `error` is what has become of the address before.
void HttpConnection::connect_next(int error) {
  state_ = State::kConnecting;
  while (next_address_ < place_.addresses.size()) {
    const io::SocketAddress& address = place_.addresses[next_address_++];
    socket_ = open_socket(address);
    const auto* name = reinterpret_cast<const sockaddr*>(&address.storage);
    if (socket_.is_open() && ::connect(socket_.get(), name, address.bytes) == 0) {
      state_ = State::kSending;
      return;
    }
    error = errno;
    if (error == EINPROGRESS) return;
  }
  is_unreachable_ = true;
  abort(Error{ErrorCode::kDisconnected, error, "connect"});
}

void HttpConnection::abort(const Error& error) {
  socket_.close();
  error_ = error;
  state_ = State::kFailed;
}

pollfd HttpConnection::wanted() const {
  const bool writes = state_ == State::kConnecting || state_ == State::kSending;
  // An answer may come before the request is out: a refusal of what is too large.
  const int events = writes ? POLLOUT | (state_ == State::kSending ? POLLIN : 0) : POLLIN;
  return {socket_.get(), static_cast<short>(events), 0};
}

void HttpConnection::on_ready() {
  if (state_ == State::kConnecting) on_connected();
  if (state_ == State::kSending) send_some();
  if (state_ == State::kSending || state_ == State::kReceiving) receive_some();
}

void HttpConnection::on_connected() {
  int error = 0;
  socklen_t bytes = sizeof error;
  ::getsockopt(socket_.get(), SOL_SOCKET, SO_ERROR, &error, &bytes);
  if (error != 0) return connect_next(error);
  state_ = State::kSending;
}

void HttpConnection::send_some() {
  while (sent_bytes_ < request_.size()) {
    const std::string_view rest = request_.substr(sent_bytes_);
    const ssize_t count = ::send(socket_.get(), rest.data(), rest.size(), MSG_NOSIGNAL);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return;
    // What the server said before it closed is still to be read.
    if (count < 0) break;
    sent_bytes_ += static_cast<std::size_t>(count);
  }
  state_ = State::kReceiving;
}

void HttpConnection::receive_some() {
  char bytes[65'536];
  while (is_busy()) {
    const ssize_t count = ::recv(socket_.get(), bytes, sizeof bytes, 0);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return;
    if (count < 0) return on_lost(Error{ErrorCode::kDisconnected, errno, "receive the answer"});
    if (count == 0 && !parser_.has_begun()) {
      return on_lost(Error{ErrorCode::kDisconnected, 0, "receive the answer",
                           "the server closed the connection"});
    }
    if (count == 0) return conclude(parser_.finish());
    conclude(parser_.feed({bytes, static_cast<std::size_t>(count)}));
  }
}

// A kept connection that the server has given up meanwhile says nothing of the server.
void HttpConnection::on_lost(const Error& error) {
  if (!is_reused_ || parser_.has_begun()) return abort(error);
  socket_.close();
  state_ = State::kIdle;
  start(request_);
}

void HttpConnection::conclude(http::ResponseParser::Verdict verdict) {
  if (verdict == http::ResponseParser::Verdict::kMore) return;
  if (verdict == http::ResponseParser::Verdict::kInvalid) {
    return abort(Error{ErrorCode::kDisconnected, 0, "receive the answer",
                       "it is no HTTP/1.1, cut off or too long"});
  }
  if (!parser_.keeps_connection() || sent_bytes_ < request_.size()) socket_.close();
  state_ = State::kDone;
}

}  // namespace penstock::client
