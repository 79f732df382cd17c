#include "console/api/auth/sign_in_limiter.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "base/text.h"

namespace penstock::console {
namespace {

constexpr std::string_view kHome = "192.0.2.1";

TEST(SignInLimiter, DelayGrowsWithFailuresAndEndsAtAMinute) {
  ManualClock clock(0);
  SignInLimiter limiter(clock);
  for (int i = 0; i < 5; ++i) EXPECT_EQ(limiter.admit("a@b", kHome), 0) << i;
  EXPECT_EQ(limiter.admit("a@b", kHome), 0);
  EXPECT_EQ(limiter.admit("a@b", kHome), 1);
  clock.advance_ms(1000);
  EXPECT_EQ(limiter.admit("A@B", kHome), 0) << "it is the same account";
  EXPECT_EQ(limiter.admit("a@b", kHome), 2);

  std::int64_t longest = 0;
  for (int i = 0; i < 12; ++i) {
    const std::int64_t wait = limiter.admit("a@b", str_cat("198.51.100.", i));
    longest = std::max(longest, wait);
    clock.advance_ms(wait * 1000);
  }
  EXPECT_LE(longest, 60);
  EXPECT_GE(longest, 16);
}

TEST(SignInLimiter, ThousandTriesAreFewHashes) {
  ManualClock clock(0);
  SignInLimiter limiter(clock);
  int hashes = 0;
  for (int i = 0; i < 1000; ++i) hashes += limiter.admit("a@b", kHome) == 0 ? 1 : 0;
  EXPECT_EQ(hashes, 6);
  // Other names from there are slowed down as well.
  for (int i = 0; i < 1000; ++i) hashes += limiter.admit(str_cat("u", i, "@b"), kHome) == 0 ? 1 : 0;
  EXPECT_LE(hashes, 21);
  // And nobody elsewhere is.
  EXPECT_EQ(limiter.admit("c@d", "203.0.113.7"), 0);
}

TEST(SignInLimiter, SuccessClearsTheAccountButNotTheAddress) {
  ManualClock clock(0);
  SignInLimiter limiter(clock);
  for (int i = 0; i < 5; ++i) limiter.admit("a@b", kHome);
  limiter.succeeded("a@b", kHome);
  EXPECT_EQ(limiter.admit("a@b", kHome), 0);
  limiter.succeeded("a@b", kHome);

  int admitted = 0;
  for (int i = 0; i < 100; ++i)
    admitted += limiter.admit(str_cat("u", i, "@b"), kHome) == 0 ? 1 : 0;
  EXPECT_LT(admitted, 20);
}

TEST(SignInLimiter, ForgetsAfterAnHour) {
  ManualClock clock(0);
  SignInLimiter limiter(clock);
  while (limiter.admit("a@b", kHome) == 0) continue;
  clock.advance_ms(3'600'000);
  for (int i = 0; i < 5; ++i) EXPECT_EQ(limiter.admit("a@b", kHome), 0) << i;
}

TEST(SignInLimiter, MemoryIsBoundedAndTheAttackedAccountStays) {
  ManualClock clock(0);
  SignInLimiter limiter(clock);
  for (int i = 0; i < 20; ++i) {
    limiter.admit("victim@b", str_cat("10.1.0.", i));
    clock.advance_ms(60'000);
  }
  for (int i = 0; i < 30'000; ++i) limiter.admit(str_cat("u", i, "@b"), str_cat("10.0.", i));
  EXPECT_LE(limiter.remembered(), 10'000u);
  EXPECT_EQ(limiter.admit("victim@b", "192.0.2.9"), 0);
  EXPECT_GT(limiter.admit("victim@b", "192.0.2.9"), 1);
}

}  // namespace
}  // namespace penstock::console
