#include "adapter/hook/dialect.h"

#include <vector>

#include <gtest/gtest.h>

namespace penstock::adapter {
namespace {

Dialect told_by(std::string_view header) {
  const std::vector<http::Header> headers = {{header, "x"}};
  http::Request request;
  request.headers = headers;
  return dialect_of(request);
}

TEST(Dialect, IsToldByHeaders) {
  EXPECT_EQ(told_by("x-github-event"), Dialect::kGithub);
  EXPECT_EQ(told_by("Stripe-Signature"), Dialect::kStripe);
  EXPECT_EQ(told_by("X-Slack-Signature"), Dialect::kSlack);
  EXPECT_EQ(told_by("svix-id"), Dialect::kSvix);
  EXPECT_EQ(told_by("Webhook-Id"), Dialect::kSvix);
  EXPECT_EQ(told_by("X-Other"), Dialect::kPlain);
}

TEST(Dialect, IsToldByTheScheme) {
  EXPECT_EQ(dialect_of(HookScheme::kGithub), Dialect::kGithub);
  EXPECT_EQ(dialect_of(HookScheme::kStripe), Dialect::kStripe);
  EXPECT_EQ(dialect_of(HookScheme::kSlack), Dialect::kSlack);
  EXPECT_EQ(dialect_of(HookScheme::kSvix), Dialect::kSvix);
}

}  // namespace
}  // namespace penstock::adapter
