// A client that speaks bytes to a server of this process, blocking, with a deadline on every wait.
// For tests of servers: what goes over the wire stands in the test.
#pragma once

#include <cerrno>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

namespace penstock::testing {

struct Answer {
  int status = 0;    // 0: none came.
  std::string head;  // Status line and headers, with the empty line.
  std::string body;

  // The value of a header, "" for none. Its name as the server writes it.
  std::string header(const std::string& name) const {
    const std::size_t at = head.find("\r\n" + name + ": ");
    if (at == std::string::npos) return "";
    const std::size_t begin = at + name.size() + 4;
    return head.substr(begin, head.find("\r\n", begin) - begin);
  }
};

class LoopbackClient {
 public:
  static constexpr int kDeadlineSeconds = 10;

  explicit LoopbackClient(std::uint16_t port) : fd_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    connect(reinterpret_cast<const sockaddr*>(&address), sizeof address);
  }
  explicit LoopbackClient(const std::string& unix_path) : fd_(::socket(AF_UNIX, SOCK_STREAM, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, unix_path.c_str(), sizeof address.sun_path - 1);
    connect(reinterpret_cast<const sockaddr*>(&address), sizeof address);
  }
  ~LoopbackClient() { close(); }
  LoopbackClient(const LoopbackClient&) = delete;
  LoopbackClient& operator=(const LoopbackClient&) = delete;

  bool is_connected() const { return is_connected_; }
  int fd() const { return fd_; }

  bool send(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }
  void end_sending() { ::shutdown(fd_, SHUT_WR); }
  void close() {
    if (fd_ >= 0) ::close(fd_);
    fd_ = -1;
  }

  // The next answer with its body by Content-Length; status 0 where the server closes before.
  Answer receive(bool is_head = false) {
    Answer answer;
    std::size_t end;
    while ((end = received_.find("\r\n\r\n")) == std::string::npos) {
      if (!read_more()) return answer;
    }
    answer.head = received_.substr(0, end + 4);
    received_.erase(0, end + 4);
    answer.status = std::stoi(answer.head.substr(9, 3));
    const std::string length = answer.header("Content-Length");
    const std::size_t bytes = is_head || length.empty() ? 0 : std::stoul(length);
    while (received_.size() < bytes) {
      if (!read_more()) return answer;
    }
    answer.body = received_.substr(0, bytes);
    received_.erase(0, bytes);
    return answer;
  }

  // The next bytes as they are; fewer where the server closes before.
  std::string take(std::size_t count) {
    while (received_.size() < count && read_more()) {
    }
    const std::string bytes = received_.substr(0, count);
    received_.erase(0, count);
    return bytes;
  }

  Answer ask(std::string_view request) {
    send(request);
    return receive();
  }

  // True once the server has ended its side with nothing more to read.
  bool is_ended() {
    while (read_more()) {
    }
    return received_.empty() && has_ended_;
  }

  // What has come so far, without waiting.
  std::string peek() {
    char bytes[4096];
    const ssize_t count = ::recv(fd_, bytes, sizeof bytes, MSG_DONTWAIT | MSG_PEEK);
    return received_ + (count > 0 ? std::string(bytes, static_cast<std::size_t>(count)) : "");
  }

 private:
  void connect(const sockaddr* address, socklen_t bytes) {
    const timeval deadline{kDeadlineSeconds, 0};
    ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &deadline, sizeof deadline);
    ::setsockopt(fd_, SOL_SOCKET, SO_SNDTIMEO, &deadline, sizeof deadline);
    is_connected_ = ::connect(fd_, address, bytes) == 0;
  }

  bool read_more() {
    char bytes[65'536];
    const ssize_t count = ::recv(fd_, bytes, sizeof bytes, 0);
    if (count > 0) {
      received_.append(bytes, static_cast<std::size_t>(count));
      return true;
    }
    has_ended_ = count == 0 || errno == ECONNRESET;
    return false;
  }

  int fd_;
  bool is_connected_ = false;
  bool has_ended_ = false;
  std::string received_;
};

}  // namespace penstock::testing
