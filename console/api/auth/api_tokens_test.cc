#include "console/api/auth/api_tokens.h"

#include <gtest/gtest.h>

#include "base/text.h"
#include "console/api/auth/accounts.h"
#include "console/api/auth/console_db.h"
#include "crypto/secrets.h"
#include "support/temp_dir.h"

namespace penstock::console {
namespace {

constexpr std::int64_t kDayMs = 86'400'000;

class ApiTokensTest : public ::testing::Test {
 protected:
  void SetUp() override {
    crypto::start_crypto();
    accounts_ = std::move(*Accounts::open(path(), clock_));
    ada_ = *accounts_->add("ada@x", Role::kEditor, "a good long password", false);
    root_ = *accounts_->add("root@x", Role::kAdmin, "a good long password", false);
    tokens_ = std::move(*ApiTokens::open(path(), clock_));
  }
  std::string path() const { return dir_.path("console.db"); }

  testing::TempDir dir_;
  ManualClock clock_{1'800'000'000'000};
  std::unique_ptr<Accounts> accounts_;
  std::unique_ptr<ApiTokens> tokens_;
  User ada_;
  User root_;
};

TEST_F(ApiTokensTest, AreShownOnceAndOpenUntilTheyExpire) {
  const auto made = tokens_->make(ada_, "deploy", Role::kViewer, 30);
  ASSERT_TRUE(made);
  EXPECT_EQ(made->secret.substr(0, 4), "pst_");
  EXPECT_EQ(made->secret.size(), 47u);
  EXPECT_EQ(made->token.expires_at_ms, clock_.wall_ms() + 30 * kDayMs);

  const auto found = tokens_->find(made->secret);
  ASSERT_TRUE(found && *found);
  EXPECT_EQ((*found)->user.email, "ada@x");
  EXPECT_EQ((*found)->user.rights, Role::kViewer) << "the token's own";
  EXPECT_EQ((*found)->name, "deploy");
  const std::string wrong = str_cat("pst_", std::string(43, 'a'));
  EXPECT_FALSE(tokens_->find(wrong)->has_value());
  EXPECT_FALSE(tokens_->find("")->has_value());
  EXPECT_FALSE(tokens_->find(made->secret.substr(4))->has_value());

  clock_.advance_ms(30 * kDayMs - 1);
  EXPECT_TRUE(tokens_->find(made->secret)->has_value());
  clock_.advance_ms(1);
  EXPECT_FALSE(tokens_->find(made->secret)->has_value());
  EXPECT_EQ(tokens_->list(ada_.id)->size(), 1u) << "it is listed as expired";

  const auto forever = tokens_->make(ada_, "for ever", Role::kEditor, 0);
  clock_.advance_ms(10'000 * kDayMs);
  EXPECT_TRUE(tokens_->find(forever->secret)->has_value());
}

TEST_F(ApiTokensTest, LastUseIsWrittenOnceAMinuteAtMost) {
  const auto made = tokens_->make(ada_, "deploy", Role::kViewer, 0);
  EXPECT_EQ(tokens_->list(ada_.id)->front().last_used_at_ms, 0);
  const std::int64_t first = clock_.wall_ms();
  ASSERT_TRUE(tokens_->find(made->secret)->has_value());
  clock_.advance_ms(59'999);
  ASSERT_TRUE(tokens_->find(made->secret)->has_value());
  EXPECT_EQ(tokens_->list(ada_.id)->front().last_used_at_ms, first);
  clock_.advance_ms(1);
  ASSERT_TRUE(tokens_->find(made->secret)->has_value());
  EXPECT_EQ(tokens_->list(ada_.id)->front().last_used_at_ms, first + 60'000);
}

TEST_F(ApiTokensTest, NeverMoreThanTheOwner) {
  EXPECT_FALSE(tokens_->make(ada_, "root", Role::kAdmin, 0));
  const auto made = tokens_->make(root_, "root", Role::kAdmin, 0);
  ASSERT_TRUE(made);
  ASSERT_TRUE(accounts_->set_rights(ada_.id, Role::kAdmin));
  ASSERT_TRUE(accounts_->set_rights(root_.id, Role::kViewer));
  EXPECT_EQ((*tokens_->find(made->secret))->user.rights, Role::kViewer);
  ASSERT_TRUE(accounts_->remove("root@x"));
  EXPECT_FALSE(tokens_->find(made->secret)->has_value());
}

TEST_F(ApiTokensTest, ReachesNoFurtherThanItsOwnersProjects) {
  ASSERT_TRUE(accounts_->set_rights(ada_.id,
                                    *rights_in({{"shop", Role::kAdmin}, {"blog", Role::kViewer}})));
  const User ada = **accounts_->find(ada_.id);
  const auto made = tokens_->make(ada, "deploy", Role::kEditor, 0);
  ASSERT_TRUE(made);
  const Rights rights = (*tokens_->find(made->secret))->user.rights;
  EXPECT_EQ(rights.role, Role::kNone);
  EXPECT_EQ(rights.in("shop"), Role::kEditor);
  EXPECT_EQ(rights.in("blog"), Role::kViewer);
  EXPECT_EQ(rights.in("other"), Role::kNone);
  EXPECT_TRUE(tokens_->make(ada, "keys", Role::kAdmin, 0));
  ASSERT_TRUE(accounts_->set_rights(ada_.id, *rights_in({{"blog", Role::kEditor}})));
  EXPECT_FALSE(tokens_->make(**accounts_->find(ada_.id), "keys", Role::kAdmin, 0));
  EXPECT_EQ((*tokens_->find(made->secret))->user.rights, *rights_in({{"blog", Role::kEditor}}));
}

TEST_F(ApiTokensTest, AreRemovedByTheirOwnerOrByWhoMayAll) {
  const auto made = tokens_->make(ada_, "deploy", Role::kViewer, 0);
  EXPECT_FALSE(tokens_->remove(made->token.id, root_.id)->has_value()) << "not his";
  EXPECT_EQ(tokens_->list(root_.id)->size(), 0u);
  EXPECT_EQ(tokens_->list(std::nullopt)->size(), 1u);
  const auto removed = tokens_->remove(made->token.id, std::nullopt);
  ASSERT_TRUE(removed && *removed);
  EXPECT_EQ((*removed)->name, "deploy");
  EXPECT_FALSE(tokens_->find(made->secret)->has_value());
  EXPECT_FALSE(tokens_->remove(made->token.id, ada_.id)->has_value());
}

TEST_F(ApiTokensTest, HaveNamesAndALimit) {
  for (const std::string& name : {std::string(), std::string(81, 'a'), std::string("a\nb")}) {
    EXPECT_FALSE(tokens_->make(ada_, name, Role::kViewer, 0));
  }
  for (std::size_t i = 0; i < kTokensMax; ++i) {
    ASSERT_TRUE(tokens_->make(ada_, "same name", Role::kViewer, 0));
  }
  EXPECT_FALSE(tokens_->make(ada_, "one more", Role::kViewer, 0));
  EXPECT_TRUE(tokens_->make(root_, "another's", Role::kViewer, 0));
}

TEST_F(ApiTokensTest, FileDoesNotHoldThem) {
  const auto made = tokens_->make(ada_, "deploy", Role::kViewer, 0);
  auto database = open_console_db(path());
  auto row = database->prepare("SELECT token_hash FROM tokens");
  ASSERT_TRUE(*row->step());
  EXPECT_EQ(row->text(0), crypto::token_hash(made->secret));
}

}  // namespace
}  // namespace penstock::console
