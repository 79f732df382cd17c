#include "client/http_connection.h"

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <thread>

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "base/text.h"

namespace penstock::client {
namespace {

constexpr std::size_t kBodyBytesMax = 1'000;
constexpr const char* kRequest = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";

// A listener whose connections the test serves by hand.
class Server {
 public:
  Server() : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    EXPECT_EQ(::bind(socket_.get(), reinterpret_cast<sockaddr*>(&address), size), 0);
    EXPECT_EQ(::listen(socket_.get(), 8), 0);
    ::getsockname(socket_.get(), reinterpret_cast<sockaddr*>(&address), &size);
    url_ = str_cat("http://127.0.0.1:", ntohs(address.sin_port), "/");
  }

  const std::string& url() const { return url_; }
  files::Descriptor accept() {
    return files::Descriptor(::accept(socket_.get(), nullptr, nullptr));
  }

 private:
  files::Descriptor socket_;
  std::string url_;
};

void read_request(int peer) {
  std::string bytes;
  char buffer[4'096];
  while (bytes.find("\r\n\r\n") == std::string::npos) {
    const ssize_t count = ::recv(peer, buffer, sizeof buffer, 0);
    if (count <= 0) return;
    bytes.append(buffer, static_cast<std::size_t>(count));
  }
}

void answer(int peer, std::string_view text) {
  const std::string wire =
      str_cat("HTTP/1.1 200 OK\r\nContent-Length: ", text.size(), "\r\n\r\n", text);
  EXPECT_EQ(::send(peer, wire.data(), wire.size(), MSG_NOSIGNAL),
            static_cast<ssize_t>(wire.size()));
}

// Until the request has ended, one way or the other.
void run(HttpConnection& connection) {
  while (connection.is_busy()) {
    pollfd wanted = connection.wanted();
    ASSERT_EQ(::poll(&wanted, 1, 30'000), 1);
    connection.on_ready();
  }
}

TEST(HttpConnection, KeepsItsConnectionForTheNextRequest) {
  Server server;
  std::jthread serving([&server] {
    const files::Descriptor peer = server.accept();
    read_request(peer.get());
    answer(peer.get(), "one");
    read_request(peer.get());
    answer(peer.get(), "two");
  });
  const auto place = find_http_place(server.url());
  ASSERT_TRUE(place);
  HttpConnection connection(*place, kBodyBytesMax);
  for (const char* expected : {"one", "two"}) {
    connection.start(kRequest);
    run(connection);
    ASSERT_EQ(connection.state(), HttpConnection::State::kDone);
    EXPECT_EQ(connection.answer().body(), expected);
  }
}

// A server may close a kept connection whenever it likes; that says nothing of the next request.
TEST(HttpConnection, ReplacesAConnectionThatWasClosedMeanwhile) {
  Server server;
  std::jthread serving([&server] {
    for (const char* text : {"one", "two"}) {
      const files::Descriptor peer = server.accept();
      read_request(peer.get());
      answer(peer.get(), text);
    }
  });
  const auto place = find_http_place(server.url());
  ASSERT_TRUE(place);
  HttpConnection connection(*place, kBodyBytesMax);
  for (const char* expected : {"one", "two"}) {
    connection.start(kRequest);
    run(connection);
    ASSERT_EQ(connection.state(), HttpConnection::State::kDone) << to_text(connection.error());
    EXPECT_EQ(connection.answer().body(), expected);
  }
}

TEST(HttpConnection, TellsWhatBecameOfARequestWithoutAnAnswer) {
  Server server;
  std::jthread serving([&server] {
    files::Descriptor peer = server.accept();
    read_request(peer.get());
    peer.close();
    peer = server.accept();
    read_request(peer.get());
    constexpr std::string_view kCutOff = "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhal";
    EXPECT_GT(::send(peer.get(), kCutOff.data(), kCutOff.size(), MSG_NOSIGNAL), 0);
  });
  const auto place = find_http_place(server.url());
  ASSERT_TRUE(place);
  HttpConnection connection(*place, kBodyBytesMax);
  connection.start(kRequest);
  run(connection);
  ASSERT_EQ(connection.state(), HttpConnection::State::kFailed);
  EXPECT_FALSE(connection.is_unreachable());
  EXPECT_EQ(to_text(connection.error()), "receive the answer: the server closed the connection");
  connection.start(kRequest);
  run(connection);
  ASSERT_EQ(connection.state(), HttpConnection::State::kFailed);
  EXPECT_EQ(to_text(connection.error()),
            "receive the answer: it is no HTTP/1.1, cut off or too long");
}

TEST(HttpConnection, GoesOnToTheNextAddressOfAName) {
  Server server;
  std::jthread serving([&server] {
    const files::Descriptor peer = server.accept();
    read_request(peer.get());
    answer(peer.get(), "here");
  });
  auto place = find_http_place(server.url());
  const auto nobody = find_http_place("http://127.0.0.1:1/");
  ASSERT_TRUE(place && nobody);
  place->addresses.insert(place->addresses.begin(), nobody->addresses.front());
  HttpConnection connection(*place, kBodyBytesMax);
  connection.start(kRequest);
  run(connection);
  ASSERT_EQ(connection.state(), HttpConnection::State::kDone);
}

TEST(HttpConnection, TellsThatNobodyListens) {
  const auto place = find_http_place("http://127.0.0.1:1/");
  ASSERT_TRUE(place);
  HttpConnection connection(*place, kBodyBytesMax);
  connection.start(kRequest);
  run(connection);
  ASSERT_EQ(connection.state(), HttpConnection::State::kFailed);
  EXPECT_TRUE(connection.is_unreachable());
  EXPECT_EQ(to_text(connection.error()), "connect: Connection refused");
}

TEST(HttpConnection, GivesUpWhenToldTo) {
  Server server;
  const auto place = find_http_place(server.url());
  ASSERT_TRUE(place);
  HttpConnection connection(*place, kBodyBytesMax);
  connection.start(kRequest);
  connection.abort({ErrorCode::kDisconnected, ETIMEDOUT, "wait for the answer"});
  EXPECT_EQ(connection.state(), HttpConnection::State::kFailed);
}

TEST(HttpPlace, IsReadFromAUrl) {
  const auto place = find_http_place("http://127.0.0.1:8080/v1/events?a=b#c");
  ASSERT_TRUE(place);
  EXPECT_EQ(place->host, "127.0.0.1:8080");
  EXPECT_EQ(place->target, "/v1/events?a=b");
  ASSERT_EQ(place->addresses.size(), 1u);
  EXPECT_EQ(place->addresses[0].text(), "127.0.0.1:8080");

  const auto query_alone = find_http_place("HTTP://[::1]?a=b");
  ASSERT_TRUE(query_alone);
  EXPECT_EQ(query_alone->host, "[::1]");
  EXPECT_EQ(query_alone->target, "/?a=b");
  EXPECT_EQ(query_alone->addresses[0].text(), "[::1]:80");

  const auto socket = find_http_place("http://localhost/x", "/run/x.sock");
  ASSERT_TRUE(socket);
  EXPECT_EQ(socket->addresses[0].text(), "unix:/run/x.sock");
}

TEST(HttpPlace, SaysWhatIsWrongWithAUrl) {
  const auto reason = [](const char* url) {
    const auto checked = check_http_url(url);
    return checked ? std::string("none") : to_text(checked.error());
  };
  EXPECT_EQ(reason("http://a"), "none");
  EXPECT_EQ(reason("example.com:80"), "none");
  EXPECT_NE(reason("https://a").find("no https"), std::string::npos);
  EXPECT_NE(reason("ftp://a").find("only http://"), std::string::npos);
  EXPECT_NE(reason("unix:/x").find("HOST[:PORT]"), std::string::npos);
  for (const char* url : {"http://", "http://:80", "http://a:0", "http://a:x", "http://a:65536",
                          "http://u:p@a/", "http://[::1", "http://[]:80"}) {
    EXPECT_NE(reason(url).find("HOST[:PORT]"), std::string::npos) << url;
  }
  EXPECT_NE(reason("http://a/ b").find("escaped"), std::string::npos);
  EXPECT_NE(reason("http://a/\r\nX: y").find("escaped"), std::string::npos);
}

}  // namespace
}  // namespace penstock::client
