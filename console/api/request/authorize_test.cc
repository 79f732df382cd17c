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
    tokens_ = std::move(*ApiTokens::open(dir_.path("console.db"), clock_));
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
    const auto refusal = authorize(route, call, *accounts_, *tokens_);
    if (!refusal) {
      EXPECT_EQ(call.session.has_value(), route.access != Access::kAnyone);
    }
    return refusal ? refusal->status : 0;
  }

  penstock::testing::TempDir dir_;
  ManualClock clock_{1'800'000'000'000};
  std::unique_ptr<Accounts> accounts_;
  std::unique_ptr<ApiTokens> tokens_;
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

// No CSRF token, but never what only a person may do, and no cookie beside it counts.
TEST_F(Authorize, AnApiTokenDoesInPlaceOfASession) {
  const User owner = accounts_->list()->front();
  const auto made = tokens_->make(owner, "deploy", Role::kViewer, 30);
  ASSERT_TRUE(made);
  const auto status_of = [&](const Route& route, const std::string& bearer) {
    Call call;
    call.token = token_;
    call.csrf = csrf_;
    call.bearer = bearer;
    const auto refusal = authorize(route, call, *accounts_, *tokens_);
    if (!refusal) {
      EXPECT_EQ(call.token_name, "deploy");
      EXPECT_EQ(call.session->user.rights, Role::kViewer);
      EXPECT_EQ(call.session->token, "");
    }
    return refusal ? refusal->status : 0;
  };
  const Route reading = route_of(http::Method::kGet, Access::kViewer);
  EXPECT_EQ(status_of(reading, made->secret), 0);
  EXPECT_EQ(status_of(route_of(http::Method::kPost, Access::kViewer), made->secret), 0);
  EXPECT_EQ(status_of(route_of(http::Method::kPost, Access::kEditor), made->secret), 403);
  EXPECT_EQ(status_of(route_of(http::Method::kGet, Access::kSignedIn), made->secret), 403);
  Route own = route_of(http::Method::kPost, Access::kViewer);
  own.needs_session = true;
  EXPECT_EQ(status_of(own, made->secret), 403);
  EXPECT_EQ(status_of(reading, ""), 401);
  EXPECT_EQ(status_of(reading, token_), 401);
  clock_.advance_ms(std::int64_t{30} * 86'400'000);
  EXPECT_EQ(status_of(reading, made->secret), 401);
}

// Everything but what the query names as one of hers is closed, and so is what says no scope.
TEST_F(Authorize, RightsInSomeProjectsReachNoFurther) {
  const User user = accounts_->list()->front();
  ASSERT_TRUE(accounts_->set_rights(
      user.id, *rights_in({{"shop", Role::kEditor}, {"b&log", Role::kViewer}})));
  token_ = (**accounts_->sign_in("e@x", "a good long password", {.hours = 12})).token;
  const auto status_of = [&](Access access, Scope scope, const char* query) {
    Route route = route_of(http::Method::kGet, access);
    route.scope = scope;
    Call call;
    call.token = token_;
    call.query = query;
    const auto refusal = authorize(route, call, *accounts_, *tokens_);
    return refusal ? refusal->status : 0;
  };
  EXPECT_EQ(route_of(http::Method::kGet, Access::kViewer).scope, Scope::kEverything);
  EXPECT_EQ(status_of(Access::kViewer, Scope::kEverything, "project=shop"), 403);
  EXPECT_EQ(status_of(Access::kSignedIn, Scope::kEverything, ""), 0);

  for (const char* query :
       {"", "project=", "project", "project=other", "project=Shop", "project=shop%00",
        "project=shop&project=other", "project=shop&project=shop", "Project=shop", "project=b",
        "=shop", "project=shop%2C", "filter=project%3Dshop"}) {
    EXPECT_EQ(status_of(Access::kViewer, Scope::kProject, query), 403) << query;
  }
  for (const char* query : {"project=shop", "x=1&project=sh%6Fp", "project=b%26log&y=2"}) {
    EXPECT_EQ(status_of(Access::kViewer, Scope::kProject, query), 0) << query;
  }
  EXPECT_EQ(status_of(Access::kEditor, Scope::kProject, "project=shop"), 0);
  EXPECT_EQ(status_of(Access::kEditor, Scope::kProject, "project=b%26log"), 403);
  EXPECT_EQ(status_of(Access::kAdmin, Scope::kProject, "project=shop"), 403);
  for (const Scope scope : {Scope::kItem, Scope::kOwn}) {
    EXPECT_EQ(status_of(Access::kEditor, scope, ""), 0);
    EXPECT_EQ(status_of(Access::kAdmin, scope, ""), 403);
  }

  Call call;
  EXPECT_FALSE(may(call, Access::kViewer, "shop")) << "nobody";
  call.session.emplace();
  call.session->user = accounts_->list()->front();
  EXPECT_TRUE(may(call, Access::kEditor, "shop"));
  EXPECT_FALSE(may(call, Access::kAdmin, "shop"));
  EXPECT_FALSE(may(call, Access::kEditor, "b&log"));
  EXPECT_FALSE(may(call, Access::kViewer, ""));
}

}  // namespace
}  // namespace penstock::console
