// The gate alone; routes_test.cc walks it with every route.
#include "console/api/request/authorize.h"

#include <gtest/gtest.h>

#include "crypto/secrets.h"
#include "support/temp_dir.h"

namespace penstock::console {
namespace {

Route route_of(http::Method method, Access access) {
  return {.method = method, .path = "/x", .access = access, .endpoint = nullptr, .summary = ""};
}

class Authorize : public ::testing::Test {
 protected:
  void SetUp() override {
    crypto::start_crypto();
    accounts_ = std::move(*Accounts::open(dir_.path("console.db"), clock_));
    ASSERT_TRUE(accounts_->add("e@x", Role::kEditor, "a good long password", false));
    const auto session = accounts_->sign_in("e@x", "a good long password", {.hours = 12});
    ASSERT_TRUE(session && *session);
    token_ = (*session)->token;
    csrf_ = (*session)->csrf_token;
  }

  // The status that stops the call, 0 where it may go on.
  int gate(const Route& route, const std::string& token, const std::string& csrf) {
    Call call;
    call.token = token;
    call.csrf = csrf;
    const auto refusal = authorize(route, call, *accounts_);
    if (!refusal) {
      EXPECT_EQ(call.session.has_value(), route.access != Access::kAnyone);
    }
    return refusal ? refusal->status : 0;
  }

  penstock::testing::TempDir dir_;
  ManualClock clock_{1'800'000'000'000};
  std::unique_ptr<Accounts> accounts_;
  std::string token_;
  std::string csrf_;
};

TEST_F(Authorize, OpenRoutesNeedNothing) {
  EXPECT_EQ(gate(route_of(http::Method::kPost, Access::kAnyone), "", ""), 0);
}

TEST_F(Authorize, ReadingNeedsASession) {
  const Route route = route_of(http::Method::kGet, Access::kViewer);
  EXPECT_EQ(gate(route, token_, ""), 0);
  EXPECT_EQ(gate(route, "", ""), 401);
  EXPECT_EQ(gate(route, token_ + "x", ""), 401);
}

TEST_F(Authorize, ChangingNeedsTheSessionsOwnToken) {
  const Route route = route_of(http::Method::kPost, Access::kEditor);
  EXPECT_EQ(gate(route, token_, csrf_), 0);
  EXPECT_EQ(gate(route, token_, ""), 403);
  EXPECT_EQ(gate(route, token_, token_), 403);
  EXPECT_EQ(gate(route, "", csrf_), 401);
}

TEST_F(Authorize, EachRoleHasWhatThoseBelowItHave) {
  for (const Access access : {Access::kSignedIn, Access::kViewer, Access::kEditor}) {
    EXPECT_EQ(gate(route_of(http::Method::kGet, access), token_, ""), 0);
  }
  EXPECT_EQ(gate(route_of(http::Method::kGet, Access::kAdmin), token_, ""), 403);
}

}  // namespace
}  // namespace penstock::console
