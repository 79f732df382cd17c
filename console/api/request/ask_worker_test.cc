#include "console/api/request/ask_worker.h"

#include <gtest/gtest.h>

#include "console/api/request/test_api.h"
#include "control/handler.h"
#include "support/loop_thread.h"

namespace penstock::console {
namespace {

class AskWorker : public ::testing::Test {
 protected:
  void SetUp() override {
    auto services = Services::open(api_.settings(), clock_, limiter_);
    ASSERT_TRUE(services) << to_text(services.error());
    services_ = std::move(*services);
  }
  std::string header(const http::Response& response, std::string_view name) {
    for (const auto& [key, value] : response.headers) {
      if (key == name) return value;
    }
    return "";
  }

  testing::TestApi api_{{}};
  SystemClock clock_;
  SignInLimiter limiter_{clock_};
  std::unique_ptr<Services> services_;
};

TEST_F(AskWorker, PassesItsAnswerOn) {
  const auto answer = [](int status) {
    return [status](std::string_view /*segment*/, std::string_view body) {
      http::Response response;
      response.status = static_cast<std::uint16_t>(status);
      response.body = str_cat("{\"was\":", body, "}");
      return response;
    };
  };
  penstock::testing::LoopThread thread;
  server::ServerCounters counters;
  control::ControlHandler handler(thread.loop(), {{http::Method::kPost, "/did", answer(200)},
                                                  {http::Method::kPost, "/busy", answer(503)}});
  server::HttpServer server(thread.loop(), clock_, handler, counters);
  ASSERT_TRUE(control::listen(server, api_.settings().worker_address));
  thread.start();

  http::Response response = ask_worker(*services_, "/did", "7");
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.body, "{\"was\":7}");
  response = ask_worker(*services_, "/busy", "8");
  EXPECT_EQ(response.status, 503);
  EXPECT_EQ(response.body, "{\"was\":8}");
  EXPECT_EQ(header(response, "Retry-After"), "2");
  thread.stop();
}

TEST_F(AskWorker, SaysThatNoneIsThere) {
  const http::Response response = ask_worker(*services_, "/did", "");
  EXPECT_EQ(response.status, 503);
  EXPECT_NE(response.body.find("it is not running"), std::string::npos) << response.body;
  EXPECT_EQ(header(response, "Retry-After"), "5");
}

}  // namespace
}  // namespace penstock::console
