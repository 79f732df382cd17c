// For tests of the server: one on a loop's thread, with a clock that the test moves, and a handler
// that answers by the path.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "http/message.h"
#include "http/parser_run.h"
#include "server/http_server.h"
#include "support/loop_thread.h"
#include "support/loopback_client.h"
#include "support/wait_for.h"

namespace penstock::server {

using testing::Answer;
using testing::LoopbackClient;
using testing::wait_for;

inline constexpr std::int64_t kNow = 1'795'602'237'000;  // 2026-11-25T...: any fixed moment.

// Takes a large body; what it does, the test says.
struct TestReader final : BodyReader {
  bool on_part(std::string_view part) override {
    body += part;
    ++parts;
    if (answers_early) responder.respond(http::error_response(401, "no", "not you"));
    return !wants_pause;
  }
  void on_whole() override {
    is_whole = true;
    http::Response response;
    response.body = std::to_string(body.size());
    if (!answers_late) responder.respond(response);
  }

  Responder responder;
  std::string body;
  bool answers_early = false;
  bool answers_late = false;
  bool wants_pause = false;
  std::atomic<int> parts{0};
  std::atomic<bool> is_whole{false};
};

// Answers by path: /later and /watched when the test says so, /raw preformatted, /big with many
// bytes, /peer and /scheme with who asks and how, anything else with what it was asked. What is
// posted to /large may be large.
class TestHandler final : public Handler {
 public:
  std::shared_ptr<BodyReader> on_large_request(const http::Request& request, const Peer& /*peer*/,
                                               const Responder& responder) override {
    if (request.path != "/large") return nullptr;
    reader->responder = responder;
    return reader;
  }
  void on_request(const http::Request& request, const Peer& peer, Responder responder) override {
    http::read_padding(request);
    if (request.path == "/later") {
      later.push_back(responder);
      ++later_count;
      return;
    }
    if (request.path == "/watched") {
      later.push_back(responder);
      EXPECT_TRUE(responder.watch([this] { ++gone_count; }));
      ++later_count;
      return;
    }
    if (request.path == "/raw") {
      responder.respond_raw("Content-Type: text/plain\r\nContent-Length: 3\r\n\r\nraw", 200, true);
      return;
    }
    http::Response response;
    if (request.path == "/big") {
      response.body.assign(big_bytes, 'b');
    } else if (request.path == "/peer") {
      response.body = peer.address.text();
    } else if (request.path == "/scheme") {
      response.body = peer.is_tls ? "https" : "http";
    } else {
      response.body = std::string(request.target) + "|" + std::string(request.body);
    }
    response.close = request.path == "/close";
    responder.respond(response);
  }

  void on_refusal(const http::PartialHead& head, std::string_view, std::string_view,
                  http::Response& refusal) override {
    refusal.headers.emplace_back("X-Seen", head.header("X-Who"));
  }

  std::shared_ptr<TestReader> reader = std::make_shared<TestReader>();
  std::vector<Responder> later;  // On the loop's thread.
  std::atomic<int> later_count{0};
  std::atomic<int> gone_count{0};  // Of those that asked for /watched.
  std::size_t big_bytes = 16u << 20;
};

class HttpServerTest : public ::testing::Test {
 protected:
  // Deadlines of 40 ms on a clock that stands still unless it is moved; the sweep that looks at
  // them comes every 10 ms of real time.
  HttpServerTest() {
    limits_.header_timeout_ms = 40;
    limits_.body_timeout_ms = 40;
    limits_.idle_timeout_ms = 40;
    limits_.write_timeout_ms = 40;
  }

  void start() {
    server_ = std::make_unique<HttpServer>(thread_.loop(), clock_, handler_, counters_);
    server_->set_limits(limits_);
    ASSERT_TRUE(server_->listen("127.0.0.1:0", listener_));
    port_ = server_->port();
    thread_.start();
  }
  void TearDown() override {
    thread_.stop();
    server_.reset();
  }

  void answer_later(std::size_t index, const std::string& body, bool expected = true) {
    bool has_answered = false;
    thread_.run([&] {
      http::Response response;
      response.body = body;
      has_answered = handler_.later[index].respond(response);
    });
    EXPECT_EQ(has_answered, expected);
  }
  bool wait_for_later(int count) {
    return wait_for([&] { return handler_.later_count == count; });
  }
  bool wait_for_connections(std::uint64_t count) {
    return wait_for([&] { return counters_.connections.value() == count; });
  }
  // Moves the clock once the server has seen all that was sent before: each task runs in a turn of
  // its own, and accepting and reading take one each.
  void pass_ms(std::int64_t ms) {
    for (int i = 0; i < 4; ++i) thread_.run([] {});
    clock_.advance_ms(ms);
  }

  ServerLimits limits_;
  io::ListenerOptions listener_;
  testing::SharedManualClock clock_{kNow};
  TestHandler handler_;
  ServerCounters counters_;
  testing::LoopThread thread_;
  std::unique_ptr<HttpServer> server_;
  std::uint16_t port_ = 0;
};

}  // namespace penstock::server
