#include "server/admin_handler.h"

#include <gtest/gtest.h>

#include "support/loop_thread.h"
#include "support/loopback_client.h"

namespace penstock::server {
namespace {

using testing::Answer;
using testing::LoopbackClient;

class AdminHandlerTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(server_.listen("127.0.0.1:0"));
    port_ = server_.port();
    thread_.start();
  }
  void TearDown() override { thread_.stop(); }

  Answer ask(const std::string& method, const std::string& path) {
    return LoopbackClient(port_).ask(method + " " + path + " HTTP/1.1\r\nHost: h\r\n\r\n");
  }

  testing::LoopThread thread_;
  SystemClock clock_;
  std::vector<std::string> reasons_;
  AdminHandler handler_{[this] { return reasons_; }, [](std::string& out) { out += "m 1\n"; }};
  ServerCounters counters_;
  HttpServer server_{thread_.loop(), clock_, handler_, counters_};
  std::uint16_t port_ = 0;
};

TEST_F(AdminHandlerTest, IsHealthyWhileItAnswers) {
  const Answer answer = ask("GET", "/healthz");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, R"({"status":"ok"})");
  EXPECT_EQ(answer.header("Cache-Control"), "no-store");
}

TEST_F(AdminHandlerTest, IsReadyUnlessThereIsAReason) {
  EXPECT_EQ(ask("GET", "/readyz").status, 200);

  thread_.run([this] { reasons_ = {"spool is full", "second"}; });
  const Answer answer = ask("GET", "/readyz");
  EXPECT_EQ(answer.status, 503);
  EXPECT_EQ(
      answer.body,
      R"({"error":"not_ready","detail":"spool is full","reasons":["spool is full","second"]})");
}

TEST_F(AdminHandlerTest, TellsWhatElseItsProgramHas) {
  EXPECT_EQ(ask("GET", "/keys").status, 404);
  thread_.run([this] { handler_.add("/keys", [](std::string& out) { out += R"({"keys":[]})"; }); });
  const Answer answer = ask("GET", "/keys");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, R"({"keys":[]})");
  EXPECT_EQ(answer.header("Cache-Control"), "no-store");
  EXPECT_EQ(ask("POST", "/keys").status, 405);
}

TEST_F(AdminHandlerTest, ShowsTheMetrics) {
  const Answer answer = ask("GET", "/metrics");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.header("Content-Type"), "text/plain; version=0.0.4; charset=utf-8");
  EXPECT_TRUE(answer.body.starts_with("m 1\n")) << answer.body;
  EXPECT_TRUE(answer.body.ends_with("\npenstock_ready 1\n")) << answer.body;

  thread_.run([this] { reasons_ = {"spool is full"}; });
  EXPECT_TRUE(ask("GET", "/metrics").body.ends_with("\npenstock_ready 0\n"));
}

TEST_F(AdminHandlerTest, RefusesOtherPathsAndMethods) {
  EXPECT_EQ(ask("GET", "/").status, 404);
  const Answer answer = ask("POST", "/metrics");
  EXPECT_EQ(answer.status, 405);
  EXPECT_EQ(answer.header("Allow"), "GET, HEAD");
}

}  // namespace
}  // namespace penstock::server
