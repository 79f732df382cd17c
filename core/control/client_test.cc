#include "control/client.h"

#include <functional>
#include <thread>

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "files/descriptor.h"
#include "io/listen_socket.h"
#include "support/temp_dir.h"

namespace penstock::control {
namespace {

using namespace std::chrono_literals;

// Answers one connection with bytes, whatever it is asked.
class Stranger {
 public:
  Stranger(const std::string& address, std::string answer)
      : socket_(*io::ListenSocket::open(*io::parse_socket_address(address))),
        thread_([this, answer = std::move(answer)] {
          int fd = -1;
          while ((fd = ::accept(socket_.fd(), nullptr, nullptr)) < 0) std::this_thread::yield();
          const files::Descriptor peer(fd);
          char bytes[4'096];
          EXPECT_GT(::recv(peer.get(), bytes, sizeof bytes, 0), 0);
          std::string_view left = answer;
          while (!left.empty()) {
            const ssize_t sent = ::send(peer.get(), left.data(), left.size(), MSG_NOSIGNAL);
            if (sent <= 0) break;
            left.remove_prefix(static_cast<std::size_t>(sent));
          }
        }) {}
  ~Stranger() { thread_.join(); }

 private:
  io::ListenSocket socket_;
  std::thread thread_;
};

class ControlClient : public ::testing::Test {
 protected:
  Result<Answer> ask(std::chrono::milliseconds deadline = 60s) {
    return Client(address_, deadline).ask(http::Method::kPost, "/v1/x");
  }
  ErrorCode code_after(std::string answer) {
    const Stranger stranger(address_, std::move(answer));
    const auto asked = ask();
    EXPECT_FALSE(asked);
    return asked ? ErrorCode::kRejected : asked.error().code;
  }

  testing::TempDir dir_;
  const std::string address_ = "unix:" + dir_.path("s");
};

TEST_F(ControlClient, GivesTheAnswerBack) {
  const Stranger worker(address_,
                        "HTTP/1.1 404 Not Found\r\nDate: x\r\ncontent-length: 2\r\n\r\n{}");
  const auto answer = ask();
  ASSERT_TRUE(answer) << to_text(answer.error());
  EXPECT_EQ(answer->status, 404);
  EXPECT_EQ(answer->body, "{}");
}

TEST_F(ControlClient, SaysThatNobodyServesTheSocket) {
  EXPECT_EQ(ask().error().code, ErrorCode::kDisconnected);
  { const auto left = io::ListenSocket::open(*io::parse_socket_address(address_)); }
  EXPECT_EQ(ask().error().code, ErrorCode::kDisconnected);
}

TEST_F(ControlClient, DoesNotTakeHalfAnAnswerForAWholeOne) {
  for (const char* answer : {"", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n",
                             "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n1234"}) {
    EXPECT_EQ(code_after(answer), ErrorCode::kOverloaded) << answer;
  }
}

TEST_F(ControlClient, TellsAStranger) {
  const std::string endless(4 << 20, 'x');
  for (const std::string& answer :
       {std::string("SSH-2.0-OpenSSH\r\n\r\n"), std::string("HTTP/1.1 200 OK\r\n\r\n"),
        std::string("HTTP/1.1 xx OK\r\nContent-Length: 0\r\n\r\n"),
        std::string("HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n"), endless}) {
    EXPECT_EQ(code_after(answer), ErrorCode::kCorrupt) << answer.substr(0, 80);
  }
}

// The kernel takes the connection; nobody does.
TEST_F(ControlClient, WaitsNoLongerThanItsDeadline) {
  const auto socket = io::ListenSocket::open(*io::parse_socket_address(address_));
  ASSERT_TRUE(socket);
  EXPECT_EQ(ask(20ms).error().code, ErrorCode::kOverloaded);
}

TEST_F(ControlClient, AsksAtNoOtherAddress) {
  EXPECT_EQ(Client("nonsense", 1s).ask(http::Method::kPost, "/").error().code,
            ErrorCode::kConfiguration);
}

}  // namespace
}  // namespace penstock::control
