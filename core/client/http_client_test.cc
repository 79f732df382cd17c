#include "client/http_client.h"

#include <thread>

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace penstock::client {
namespace {

// Answers one connection with fixed bytes.
class OneAnswer {
 public:
  explicit OneAnswer(std::string answer) : socket_(socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    EXPECT_EQ(bind(socket_, reinterpret_cast<sockaddr*>(&address), size), 0);
    EXPECT_EQ(listen(socket_, 1), 0);
    getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size);
    address_ = "127.0.0.1:" + std::to_string(ntohs(address.sin_port));
    thread_ = std::jthread([this, bytes = std::move(answer)] {
      const int peer = accept(socket_, nullptr, nullptr);
      char request[4096];
      const ssize_t count = recv(peer, request, sizeof request, 0);
      if (count > 0) request_.assign(request, static_cast<std::size_t>(count));
      send(peer, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      close(peer);
    });
  }
  ~OneAnswer() { close(socket_); }

  const std::string& address() const { return address_; }
  std::string request() {
    thread_.join();
    return request_;
  }

 private:
  int socket_;
  std::string address_;
  std::string request_;
  std::jthread thread_;
};

TEST(HttpClient, GivesStatusAndBody) {
  OneAnswer server("HTTP/1.1 503 Service Unavailable\r\nContent-Length: 3\r\n\r\nnot");
  const auto answer = http_get(server.address(), "/readyz", 10'000);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 503);
  EXPECT_EQ(answer->body, "not");
  EXPECT_EQ(server.request().substr(0, 21), "GET /readyz HTTP/1.1\r");
}

TEST(HttpClient, TellsNothingWhereNobodyListens) {
  EXPECT_FALSE(http_get("127.0.0.1:1", "/", 1'000));
  EXPECT_FALSE(http_get("unix:/nonexistent/socket", "/", 1'000));
}

TEST(HttpClient, ReachesAListenerOnAllAddressesByLoopback) {
  EXPECT_EQ(url_of("0.0.0.0:8080"), "http://127.0.0.1:8080");
  EXPECT_EQ(url_of("[::]:8080"), "http://[::1]:8080");
  EXPECT_EQ(url_of("192.0.2.1:80"), "http://192.0.2.1:80");
  EXPECT_EQ(url_of("unix:/run/x"), "http://localhost");
  EXPECT_EQ(unix_path_of("unix:/run/x"), "/run/x");
  EXPECT_EQ(unix_path_of("127.0.0.1:80"), "");
}

}  // namespace
}  // namespace penstock::client
