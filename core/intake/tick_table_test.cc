#include "intake/tick_table.h"

#include <gtest/gtest.h>

namespace penstock::intake {
namespace {

TEST(TickTable, KeepsEachTickUntilItIsReleased) {
  TickTable table;
  table.current().bytes = 1;
  const std::uint64_t first = table.submit_current();
  table.current().bytes = 2;
  const std::uint64_t second = table.submit_current();

  EXPECT_NE(first, second);
  EXPECT_EQ(table.at(first).bytes, 1u);
  EXPECT_EQ(table.at(second).bytes, 2u);
  EXPECT_EQ(table.current().bytes, 0u);
}

TEST(TickTable, UsesAReleasedTickAgainWithItsMemory) {
  TickTable table;
  table.current().waiters.resize(100);
  table.current().events[1] = 5;
  const std::uint64_t ticket = table.submit_current();
  const Tick* tick = &table.at(ticket);
  table.release(ticket);

  table.submit_current();
  EXPECT_EQ(&table.current(), tick);
  EXPECT_TRUE(tick->waiters.empty());
  EXPECT_GE(tick->waiters.capacity(), 100u);
  EXPECT_EQ(tick->events[1], 0u);
}

TEST(TickTable, KeepsTheTextsOfEachWaiter) {
  TickTable table;
  table.current().add({}, "https://a.example", "");
  table.current().add({}, "", "request 7");
  table.current().add({}, "null", "request 8");
  const std::uint64_t ticket = table.submit_current();
  const Tick& tick = table.at(ticket);
  ASSERT_EQ(tick.waiters.size(), 3u);
  const auto has = [&](std::size_t waiter, std::string_view origin, std::string_view echo) {
    EXPECT_EQ(tick.text_of(tick.waiters[waiter].origin), origin) << waiter;
    EXPECT_EQ(tick.text_of(tick.waiters[waiter].echo), echo) << waiter;
  };
  has(0, "https://a.example", "");
  has(1, "", "request 7");
  has(2, "null", "request 8");
}

TEST(TickTableDeathTest, RefusesATicketTwice) {
  TickTable table;
  const std::uint64_t ticket = table.submit_current();
  table.release(ticket);
  EXPECT_DEATH(table.release(ticket), "check failed");
}

}  // namespace
}  // namespace penstock::intake
