#include "console/api/auth/invitations.h"

#include <atomic>
#include <thread>

#include <gtest/gtest.h>

#include "console/api/auth/accounts.h"
#include "crypto/secrets.h"
#include "support/temp_dir.h"

namespace penstock::console {
namespace {

constexpr std::int64_t kDayMs = 86'400'000;
constexpr std::string_view kPassword = "a good long password";

class InvitationsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    crypto::start_crypto();
    invitations_ = std::move(*Invitations::open(path(), clock_));
    accounts_ = std::move(*Accounts::open(path(), clock_));
  }
  std::string path() const { return dir_.path("console.db"); }

  testing::TempDir dir_;
  ManualClock clock_{1'800'000'000'000};
  std::unique_ptr<Invitations> invitations_;
  std::unique_ptr<Accounts> accounts_;
};

TEST_F(InvitationsTest, MakeAUserOnce) {
  const auto made = invitations_->make("Ada@Example.org", Role::kEditor, "root@x");
  ASSERT_TRUE(made);
  EXPECT_EQ(invitations_->list()->front().email, "ada@example.org");
  EXPECT_EQ(invitations_->list()->front().invited_by, "root@x");
  ASSERT_TRUE(invitations_->find(made->token)->has_value());
  EXPECT_FALSE(invitations_->accept(made->token, "short"));
  EXPECT_FALSE(invitations_->accept("x", kPassword)->has_value());

  const auto user = invitations_->accept(made->token, kPassword);
  ASSERT_TRUE(user && *user);
  EXPECT_EQ((*user)->rights, Role::kEditor);
  EXPECT_FALSE((*user)->must_change_password);
  EXPECT_TRUE(accounts_->sign_in("ada@example.org", kPassword, {.hours = 1})->has_value());
  EXPECT_FALSE(invitations_->accept(made->token, kPassword)->has_value()) << "used";
  EXPECT_TRUE(invitations_->list()->empty());
  EXPECT_FALSE(invitations_->make("ada@example.org", Role::kAdmin, "root@x")) << "a user by now";
}

TEST_F(InvitationsTest, LastSevenDays) {
  const Rights shop = *rights_in({{"shop", Role::kEditor}});
  const auto limited = invitations_->make("limited@x", shop, "root@x");
  EXPECT_EQ(invitations_->list()->front().rights, shop);
  EXPECT_EQ((**invitations_->accept(limited->token, kPassword)).rights, shop);

  const auto made = invitations_->make("ada@x", Role::kEditor, "root@x");
  clock_.advance_ms(kInvitationDays * kDayMs - 1);
  EXPECT_TRUE(invitations_->find(made->token)->has_value());
  clock_.advance_ms(1);
  EXPECT_FALSE(invitations_->find(made->token)->has_value());
  EXPECT_FALSE(invitations_->accept(made->token, kPassword)->has_value());
  EXPECT_TRUE(invitations_->list()->empty());
}

TEST_F(InvitationsTest, AreTakenBackAndReplaced) {
  const auto first = invitations_->make("ada@x", Role::kEditor, "root@x");
  const auto second = invitations_->make("ada@x", Role::kViewer, "root@x");
  EXPECT_FALSE(invitations_->find(first->token)->has_value());
  EXPECT_EQ(invitations_->list()->size(), 1u);
  const auto removed = invitations_->remove(second->invitation.id);
  ASSERT_TRUE(removed && *removed);
  EXPECT_EQ((*removed)->email, "ada@x");
  EXPECT_FALSE(invitations_->find(second->token)->has_value());
  EXPECT_FALSE(invitations_->remove(second->invitation.id)->has_value());
  EXPECT_FALSE(invitations_->make("nobody", Role::kViewer, "root@x"));
}

TEST_F(InvitationsTest, StayWhereTheUserWasMadeOtherwise) {
  const auto made = invitations_->make("ada@x", Role::kEditor, "root@x");
  ASSERT_TRUE(accounts_->add("ada@x", Role::kViewer, kPassword, false));
  EXPECT_FALSE(invitations_->accept(made->token, kPassword));
  EXPECT_EQ(invitations_->list()->size(), 1u);
}

TEST_F(InvitationsTest, WaitInABoundedNumber) {
  for (std::size_t i = 0; i < kInvitationsMax; ++i) {
    ASSERT_TRUE(invitations_->make(std::to_string(i) + "@x", Role::kViewer, "root@x"));
  }
  EXPECT_FALSE(invitations_->make("more@x", Role::kViewer, "root@x"));
  clock_.advance_ms(kInvitationDays * kDayMs);
  EXPECT_TRUE(invitations_->make("more@x", Role::kViewer, "root@x"));
}

TEST_F(InvitationsTest, AreAcceptedByOneOfMany) {
  const auto made = invitations_->make("ada@x", Role::kEditor, "root@x");
  std::atomic<int> accepted{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 3; ++i) {
    threads.emplace_back([&] {
      auto own = Invitations::open(path(), clock_);
      const auto user = (*own)->accept(made->token, kPassword);
      if (user && *user) ++accepted;
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(accepted, 1);
}

}  // namespace
}  // namespace penstock::console
