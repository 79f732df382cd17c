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

TEST(TickTable, KeepsTheOriginOfEachWaiter) {
  TickTable table;
  for (const char* origin : {"https://a.example", "", "null"}) table.current().add({}, origin);
  const std::uint64_t ticket = table.submit_current();
  const Tick& tick = table.at(ticket);
  ASSERT_EQ(tick.waiters.size(), 3u);
  EXPECT_EQ(tick.origin_of(tick.waiters[0]), "https://a.example");
  EXPECT_EQ(tick.origin_of(tick.waiters[1]), "");
  EXPECT_EQ(tick.origin_of(tick.waiters[2]), "null");
}

TEST(TickTableDeathTest, RefusesATicketTwice) {
  TickTable table;
  const std::uint64_t ticket = table.submit_current();
  table.release(ticket);
  EXPECT_DEATH(table.release(ticket), "check failed");
}

}  // namespace
}  // namespace penstock::intake
