#include "cli/send/sender.h"

#include <atomic>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/text.h"

namespace penstock::cli {
namespace {

// An intake of a few lines: takes one request a connection at a time and answers what the test
// says. Counts events by their ids.
class FakeIntake {
 public:
  // Gives the status line's rest and the answer's body for the n-th request.
  using Answer = std::pair<std::string, std::string> (*)(int request, int events);

  explicit FakeIntake(Answer answer) : answer_(answer), socket_(socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    EXPECT_EQ(bind(socket_, reinterpret_cast<sockaddr*>(&address), size), 0);
    EXPECT_EQ(listen(socket_, 16), 0);
    getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size);
    url_ = str_cat("http://127.0.0.1:", ntohs(address.sin_port), "/v1/events");
    acceptor_ = std::jthread([this] { accept_all(); });
  }
  ~FakeIntake() {
    shutdown(socket_, SHUT_RDWR);
    acceptor_.join();
    close(socket_);
  }

  const std::string& url() const { return url_; }
  int requests() const { return requests_; }
  std::size_t distinct_ids() const { return ids_.size(); }

 private:
  void accept_all() {
    std::vector<std::jthread> connections;
    for (;;) {
      const int peer = accept(socket_, nullptr, nullptr);
      if (peer < 0) return;
      connections.emplace_back([this, peer] { serve(peer); });
    }
  }

  void serve(int peer) {
    std::string bytes;
    while (read_request(peer, bytes)) {
      const std::size_t body_at = bytes.find("\r\n\r\n") + 4;
      const int events = count_ids(bytes.substr(body_at));
      const auto [status, body] = answer_(requests_.fetch_add(1), events);
      const std::string text =
          str_cat("HTTP/1.1 ", status, "\r\nContent-Length: ", body.size(), "\r\n\r\n", body);
      send(peer, text.data(), text.size(), MSG_NOSIGNAL);
      bytes.clear();
    }
    close(peer);
  }

  static bool read_request(int peer, std::string& bytes) {
    char buffer[65'536];
    for (;;) {
      const std::size_t end = bytes.find("\r\n\r\n");
      const std::size_t length_at = bytes.find("Content-Length: ");
      if (end != std::string::npos && length_at != std::string::npos) {
        const std::size_t length = std::stoul(bytes.substr(length_at + 16));
        if (bytes.size() >= end + 4 + length) return true;
      }
      const ssize_t count = recv(peer, buffer, sizeof buffer, 0);
      if (count <= 0) return false;
      bytes.append(buffer, static_cast<std::size_t>(count));
    }
  }

  int count_ids(const std::string& body) {
    const std::lock_guard lock(mutex_);
    int events = 0;
    for (std::size_t at = body.find("\"id\":\""); at != std::string::npos;
         at = body.find("\"id\":\"", at + 1)) {
      ids_.insert(body.substr(at + 6, 36));
      ++events;
    }
    return events;
  }

  Answer answer_;
  int socket_;
  std::string url_;
  std::atomic<int> requests_{0};
  std::mutex mutex_;
  std::set<std::string> ids_;
  std::jthread acceptor_;
};

std::pair<std::string, std::string> accept_events(int /*request*/, int events) {
  return {"202 Accepted", str_cat("{\"accepted\":", events, "}")};
}

SendOptions options_for(const FakeIntake& intake, std::uint64_t count) {
  SendOptions options;
  options.url = intake.url();
  options.count = count;
  options.connections = 4;
  return options;
}

TEST(Sender, SendsEveryEventOnce) {
  FakeIntake intake(accept_events);
  const SendOutcome outcome = send_traffic(options_for(intake, 1'000), SystemClock());
  EXPECT_EQ(outcome.accepted, 1'000u);
  EXPECT_EQ(outcome.failed, 0u);
  EXPECT_EQ(outcome.retries, 0u);
  EXPECT_EQ(intake.distinct_ids(), 1'000u);
  EXPECT_EQ(outcome.requests, static_cast<std::uint64_t>(intake.requests()));
}

TEST(Sender, KeepsToTheBatchThatWasAskedFor) {
  FakeIntake intake(accept_events);
  SendOptions options = options_for(intake, 105);
  options.batch = 10;
  EXPECT_EQ(send_traffic(options, SystemClock()).requests, 11u);
}

// A 503 is "later", and later must not be twice: the ids are the same.
TEST(Sender, SendsTheSameEventsAgainWhenToldLater) {
  FakeIntake intake([](int request, int events) -> std::pair<std::string, std::string> {
    if (request % 3 == 1) return {"503 Service Unavailable", "{\"error\":\"full\"}"};
    return accept_events(request, events);
  });
  const SendOutcome outcome = send_traffic(options_for(intake, 300), SystemClock());
  EXPECT_EQ(outcome.accepted, 300u);
  EXPECT_GT(outcome.retries, 0u);
  EXPECT_EQ(intake.distinct_ids(), 300u);
}

TEST(Sender, KeepsTheReasonOfARefusal) {
  FakeIntake intake([](int /*request*/, int /*events*/) -> std::pair<std::string, std::string> {
    return {"401 Unauthorized", R"({"error":"unknown_key","detail":"no such key"})"};
  });
  const SendOutcome outcome = send_traffic(options_for(intake, 50), SystemClock());
  EXPECT_EQ(outcome.accepted, 0u);
  EXPECT_EQ(outcome.failed, 50u);
  ASSERT_EQ(outcome.reasons.size(), 1u);
  EXPECT_EQ(outcome.reasons.begin()->first, "401 unknown_key: no such key");
}

TEST(Sender, CountsWhatWasNotAccepted) {
  FakeIntake intake([](int /*request*/, int events) -> std::pair<std::string, std::string> {
    return {"202 Accepted", str_cat("{\"accepted\":", events - 1, "}")};
  });
  SendOptions options = options_for(intake, 40);
  options.batch = 10;
  const SendOutcome outcome = send_traffic(options, SystemClock());
  EXPECT_EQ(outcome.accepted, 36u);
  EXPECT_EQ(outcome.failed, 4u);
}

TEST(Sender, GivesUpAtOnceWhereNobodyListens) {
  SendOptions options;
  options.url = "http://127.0.0.1:1/v1/events";
  const SendOutcome outcome = send_traffic(options, SystemClock());
  EXPECT_EQ(outcome.failed, options.count);
  EXPECT_LT(outcome.seconds, 10);
  EXPECT_EQ(outcome.reasons.size(), 1u);
}

TEST(Sender, GivesUpARequestThatIsAlwaysPutOff) {
  FakeIntake intake([](int request, int events) -> std::pair<std::string, std::string> {
    if (request > 0) return {"503 Service Unavailable", "{}"};
    return accept_events(request, events);
  });
  SendOptions options = options_for(intake, 20);
  options.batch = 10;
  options.connections = 1;
  options.give_up_ms = 200;
  const SendOutcome outcome = send_traffic(options, SystemClock());
  EXPECT_EQ(outcome.accepted, 10u);
  EXPECT_EQ(outcome.failed, 10u);
  EXPECT_EQ(outcome.reasons.count("503"), 1u);
}

TEST(Sender, KeepsToARate) {
  FakeIntake intake(accept_events);
  SendOptions options = options_for(intake, 50);
  options.rate = 100;
  const SendOutcome outcome = send_traffic(options, SystemClock());
  EXPECT_EQ(outcome.accepted, 50u);
  EXPECT_GT(outcome.seconds, 0.3);  // 50 at 100 a second, less the last request's own.
}

}  // namespace
}  // namespace penstock::cli
