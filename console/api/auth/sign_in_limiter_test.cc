#include "console/api/auth/sign_in_limiter.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "base/text.h"

namespace penstock::console {
namespace {

constexpr std::string_view kHome = "192.0.2.1";

class SignInLimiterTest : public ::testing::Test {
 protected:
  std::int64_t admit(std::string_view email, std::string_view address,
                     std::string_view device = "") {
    return limiter_.admit({email, address, device});
  }

  ManualClock clock_{0};
  SignInLimiter limiter_{clock_};
};

TEST_F(SignInLimiterTest, DelayGrowsWithFailuresAndEndsAtAMinute) {
  for (int i = 0; i < 6; ++i) EXPECT_EQ(admit("a@b", kHome), 0) << i;
  EXPECT_EQ(admit("a@b", kHome), 1);
  clock_.advance_ms(1000);
  EXPECT_EQ(admit("A@B", kHome), 0) << "it is the same account";
  EXPECT_EQ(admit("a@b", kHome), 2);

  std::int64_t longest = 0;
  for (int i = 0; i < 40; ++i) {
    const std::int64_t wait_s = admit("a@b", kHome);
    longest = std::max(longest, wait_s);
    clock_.advance_ms(wait_s * 1000);
  }
  EXPECT_LE(longest, 60);
  EXPECT_GE(longest, 16);
}

TEST_F(SignInLimiterTest, ThousandTriesAreFewHashes) {
  int hashes = 0;
  for (int i = 0; i < 1000; ++i) hashes += admit("a@b", kHome) == 0 ? 1 : 0;
  EXPECT_EQ(hashes, 6);
  // Other names from there are slowed down as well.
  for (int i = 0; i < 1000; ++i) hashes += admit(str_cat("u", i, "@b"), kHome) == 0 ? 1 : 0;
  EXPECT_LE(hashes, 21);
  // And nobody elsewhere is.
  EXPECT_EQ(admit("c@d", "203.0.113.7"), 0);
}

// Whatever others do from wherever, the owner gets in: from an address of her own, or from a
// browser that has been in before.
TEST_F(SignInLimiterTest, NobodyIsKeptOutByOthers) {
  for (int i = 0; i < 2'000; ++i) admit("owner@b", str_cat("198.51.100.", i % 500));
  for (int i = 0; i < 100; ++i) admit("owner@b", kHome);
  EXPECT_GT(admit("owner@b", kHome), 0);
  EXPECT_EQ(admit("owner@b", "203.0.113.7"), 0);
  EXPECT_EQ(admit("owner@b", kHome, "her browser"), 0);
}

// A stolen or lent browser guesses no faster.
TEST_F(SignInLimiterTest, ADeviceHasABudgetOfItsOwn) {
  int admitted = 0;
  for (int i = 0; i < 100; ++i) {
    admitted += admit("a@b", str_cat("10.0.0.", i), "device") == 0 ? 1 : 0;
  }
  EXPECT_EQ(admitted, 11);
  limiter_.succeeded({"a@b", kHome, "device"});
  EXPECT_EQ(admit("a@b", kHome, "device"), 0);
}

TEST_F(SignInLimiterTest, SuccessClearsThePairButNotTheAddress) {
  for (int i = 0; i < 5; ++i) admit("a@b", kHome);
  limiter_.succeeded({"a@b", kHome, ""});
  EXPECT_EQ(admit("a@b", kHome), 0);
  limiter_.succeeded({"a@b", kHome, ""});

  int admitted = 0;
  for (int i = 0; i < 100; ++i) admitted += admit(str_cat("u", i, "@b"), kHome) == 0 ? 1 : 0;
  EXPECT_LT(admitted, 20);
}

TEST_F(SignInLimiterTest, ForgetsAfterAnHour) {
  while (admit("a@b", kHome) == 0) continue;
  clock_.advance_ms(3'600'000);
  for (int i = 0; i < 5; ++i) EXPECT_EQ(admit("a@b", kHome), 0) << i;
}

TEST_F(SignInLimiterTest, MemoryIsBoundedAndWhoGuessedMostStaysKnown) {
  for (int i = 0; i < 12; ++i) {
    admit("victim@b", kHome);
    clock_.advance_ms(60'000);
  }
  for (int i = 0; i < 30'000; ++i) admit(str_cat("u", i, "@b"), str_cat("10.0.", i));
  EXPECT_LE(limiter_.remembered(), 10'000u);
  EXPECT_EQ(admit("victim@b", kHome), 0);
  EXPECT_GT(admit("victim@b", kHome), 1);
}

}  // namespace
}  // namespace penstock::console
