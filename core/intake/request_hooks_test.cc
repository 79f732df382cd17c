#include "intake/request_hooks.h"

#include <vector>

#include <gtest/gtest.h>

namespace penstock::intake {
namespace {

class RequestHooksTest : public ::testing::Test {
 protected:
  const std::vector<adapter::Hook> list_ = {{"gh", adapter::HookScheme::kGithub, "s", "shop"},
                                            {"st", adapter::HookScheme::kStripe, "s", ""}};
  KeyTable keys_{{}};
  FingerprintSettings fingerprints_{1, {{"shop", 2}}};
  adapter::Origin origin_;
  const ManualClock clock_{1};
  const IntakeHeaders headers_{};
  const http::Address peer_{};
  const http::NetworkList proxies_{};
  const Sender sender_{headers_, peer_, proxies_, clock_};
  Admission admission_{keys_, true, fingerprints_, origin_, sender_};
  RequestHooks hooks_{list_, admission_};
};

TEST_F(RequestHooksTest, FindsAHookByItsName) {
  ASSERT_NE(hooks_.find("st"), nullptr);
  EXPECT_EQ(hooks_.find("st")->scheme, adapter::HookScheme::kStripe);
  EXPECT_EQ(hooks_.find("GH"), nullptr);
  EXPECT_EQ(hooks_.find(""), nullptr);
}

TEST_F(RequestHooksTest, StandsInForAKeyWhereTheHookNamesAProject) {
  hooks_.admit(*hooks_.find("st"));
  EXPECT_EQ(admission_.verdict(), Admission::Verdict::kMissing);
  EXPECT_EQ(origin_.project, kDefaultProject);
  hooks_.admit(*hooks_.find("gh"));
  EXPECT_EQ(admission_.verdict(), Admission::Verdict::kAdmitted);
  EXPECT_EQ(origin_.project, "shop");
  EXPECT_EQ(origin_.fingerprint_rules, 2);
  EXPECT_TRUE(origin_.is_server_side);
}

}  // namespace
}  // namespace penstock::intake
