// A real redis-server in a folder of its own, on a unix socket and a TCP port. For tests.
#pragma once

#include <csignal>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "queue/redis/options.h"
#include "support/run_until.h"
#include "support/temp_dir.h"

namespace penstock::testing {

// One that was free a moment ago.
inline std::uint16_t free_port() {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t bytes = sizeof address;
  ::bind(fd, reinterpret_cast<const sockaddr*>(&address), bytes);
  ::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &bytes);
  ::close(fd);
  return ntohs(address.sin_port);
}

class RedisServer {
 public:
  // `arguments` as on redis-server's command line: {"--maxmemory", "8mb"}.
  explicit RedisServer(std::vector<std::string> arguments = {})
      : arguments_(std::move(arguments)), port_(free_port()) {}
  ~RedisServer() { kill(); }
  RedisServer(const RedisServer&) = delete;
  RedisServer& operator=(const RedisServer&) = delete;

  // False where it does not come up. After kill() it comes up with what its AOF holds.
  bool start() {
    std::vector<std::string> words = {"redis-server", "--port",      std::to_string(port_),
                                      "--unixsocket", socket_path(), "--dir",
                                      dir_.path(),    "--save",      "",
                                      "--appendonly", "yes",         "--appendfsync",
                                      "always",       "--bind",      "127.0.0.1",
                                      "--loglevel",   "warning"};
    words.insert(words.end(), arguments_.begin(), arguments_.end());
    std::vector<char*> argv;
    for (std::string& word : words) argv.push_back(word.data());
    argv.push_back(nullptr);
    pid_ = ::fork();
    if (pid_ == 0) {
      const int log = ::open(dir_.path("log").c_str(), O_WRONLY | O_CREAT | O_APPEND, 0644);
      ::dup2(log, 1);
      ::dup2(log, 2);
      ::execvp(argv[0], argv.data());
      ::_exit(127);
    }
    return wait_until([this] { return answers(); });
  }

  void kill() {
    if (pid_ <= 0) return;
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
    pid_ = -1;
    ::unlink(socket_path().c_str());
  }
  void pause() { ::kill(pid_, SIGSTOP); }
  void resume() { ::kill(pid_, SIGCONT); }

  std::string socket_path() const { return dir_.path("redis.sock"); }
  std::uint16_t port() const { return port_; }

  queue::RedisAddress address() const {
    queue::RedisAddress address;
    address.unix_path = socket_path();
    return address;
  }
  queue::RedisAddress tcp_address() const {
    queue::RedisAddress address;
    address.host = "127.0.0.1";
    address.port = port_;
    return address;
  }

 private:
  // Any reply will do: a server with a password says NOAUTH.
  bool answers() const {
    const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    socket_path().copy(address.sun_path, sizeof address.sun_path - 1);
    char reply[64] = {};
    const bool is_up =
        ::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 &&
        ::send(fd, "PING\r\n", 6, MSG_NOSIGNAL) == 6 && ::recv(fd, reply, sizeof reply, 0) > 0 &&
        std::string(reply).rfind("-LOADING", 0) != 0;
    ::close(fd);
    return is_up;
  }

  TempDir dir_;
  std::vector<std::string> arguments_;
  std::uint16_t port_;
  pid_t pid_ = -1;
};

}  // namespace penstock::testing
