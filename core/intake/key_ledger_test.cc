#include "intake/key_ledger.h"

#include <thread>

#include <gtest/gtest.h>

namespace penstock::intake {
namespace {

constexpr std::int64_t kSecondUs = 1'000'000;

TEST(KeyQuota, IsThereAtOnceAndComesBackEvenly) {
  KeyQuota quota;
  std::int64_t now_us = 5 * kSecondUs;
  for (int i = 0; i < 60; ++i) {
    ASSERT_EQ(quota.wait_us(now_us), 0) << i;
    quota.take(1, 60, now_us);
  }
  EXPECT_EQ(quota.wait_us(now_us), 0);  // The sixtieth used up what was left, and not more.
  quota.take(1, 60, now_us);
  EXPECT_EQ(quota.wait_us(now_us), kSecondUs);
  now_us += kSecondUs;
  EXPECT_EQ(quota.wait_us(now_us), 0);
}

TEST(KeyQuota, WaitsForALargeRequestAMinuteAtMost) {
  KeyQuota quota;
  quota.take(~std::uint64_t{0}, 10, 0);
  EXPECT_EQ(quota.wait_us(0), 60 * kSecondUs);
  quota.take(1'000'000, 1'000'000'000, 0);
  EXPECT_EQ(quota.wait_us(0), 60 * kSecondUs);
  EXPECT_EQ(quota.wait_us(60 * kSecondUs), 0);
}

TEST(KeyLedger, SumsWhatReactorsCount) {
  KeyLedger ledger(2);
  EXPECT_TRUE(ledger.lines().empty());
  KeyAccount& shop = ledger.account("shop");
  static_cast<void>(ledger.account("silent"));
  EXPECT_EQ(&shop, &ledger.account("shop"));
  shop.use(0).events.add(3);
  shop.use(0).last_ms.set(700);
  shop.use(1).events.add(4);
  shop.use(1).last_ms.set(500);
  shop.use(1).refused.add();

  const auto lines = ledger.lines();
  ASSERT_EQ(lines.size(), 1u);
  EXPECT_EQ(lines[0].id, "shop");
  EXPECT_EQ(lines[0].events, 7u);
  EXPECT_EQ(lines[0].refused, 1u);
  EXPECT_EQ(lines[0].last_ms, 700);
}

TEST(KeyLedger, IsReadWhileKeysCome) {
  KeyLedger ledger(1);
  std::thread other([&] {
    for (int i = 0; i < 200; ++i) ledger.account(std::to_string(i)).use(0).events.add();
  });
  while (ledger.lines().size() < 200) std::this_thread::yield();
  other.join();
  EXPECT_EQ(ledger.lines().size(), 200u);
}

}  // namespace
}  // namespace penstock::intake
