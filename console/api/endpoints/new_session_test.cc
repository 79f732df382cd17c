#include "console/api/endpoints/new_session.h"

#include <gtest/gtest.h>

#include "console/api/request/test_api.h"

namespace penstock::console {
namespace {

class NewSession : public ::testing::Test {
 protected:
  void SetUp() override {
    auto services = Services::open(api_.settings(), clock_, limiter_);
    ASSERT_TRUE(services) << to_text(services.error());
    services_ = std::move(*services);
    call_.client = "192.0.2.1";
    call_.browser = "Firefox on Linux";
  }

  testing::TestApi api_{{}};
  ManualClock clock_{1'800'000'000'000};
  SignInLimiter limiter_{clock_};
  std::unique_ptr<Services> services_;
  Call call_;
};

TEST_F(NewSession, AKnownDeviceIsItsAccountsAlone) {
  EXPECT_EQ(try_of("ada@x", call_, *services_).device, "");
  call_.device = services_->devices.make("ada@x");
  EXPECT_EQ(try_of("ada@x", call_, *services_).device, call_.device);
  EXPECT_EQ(try_of("bob@x", call_, *services_).device, "");
  EXPECT_EQ(try_of("bob@x", call_, *services_).address, "192.0.2.1");
}

TEST_F(NewSession, SaysWhereItWasStartedAndForHowLong) {
  const SignIn from = sign_in_of(call_, *services_);
  EXPECT_EQ(from.hours, api_.settings().session_hours);
  EXPECT_EQ(from.address, "192.0.2.1");
  EXPECT_EQ(from.browser, "Firefox on Linux");
}

TEST_F(NewSession, IsAnsweredWithCookieAndCsrfToken) {
  Session session;
  session.token = "secret";
  session.csrf_token = "csrf";
  session.user.email = "ada@x";
  const http::Response answer = new_session_answer(session, call_, *services_);
  EXPECT_NE(answer.body.find(R"("csrf_token":"csrf")"), std::string::npos) << answer.body;
  EXPECT_EQ(answer.body.find("secret"), std::string::npos);
  ASSERT_EQ(answer.headers.size(), 1u);
  EXPECT_EQ(answer.headers[0].first, "Set-Cookie");
  EXPECT_NE(answer.headers[0].second.find("secret"), std::string::npos);
}

TEST_F(NewSession, TellsHowLongToWait) {
  const http::Response answer = too_many_tries(7);
  EXPECT_EQ(answer.status, 429);
  EXPECT_EQ(answer.headers[0].second, "7");
}

}  // namespace
}  // namespace penstock::console
