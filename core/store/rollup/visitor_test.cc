#include "store/rollup/visitor.h"

#include <gtest/gtest.h>

namespace penstock::store {
namespace {

event::Record visit(std::string_view ip, std::string_view user_agent, std::int64_t at_ms) {
  event::Record record;
  record.ip = ip;
  record.user_agent = user_agent;
  record.occurred_at_ms = at_ms;
  return record;
}

TEST(Visitor, IsTheUserWhateverElseDiffers) {
  event::Record phone = visit("192.0.2.1", "phone", 0);
  event::Record laptop = visit("192.0.2.2", "laptop", 90'000'000);
  phone.user_id = laptop.user_id = "u1";
  phone.anonymous_id = "a1";

  EXPECT_EQ(visitor_hash(phone), visitor_hash(laptop));
}

TEST(Visitor, IsTheAnonymousIdWithoutAUser) {
  event::Record first = visit("192.0.2.1", "phone", 0);
  event::Record second = visit("192.0.2.2", "phone", 0);
  first.anonymous_id = second.anonymous_id = "a1";
  EXPECT_EQ(visitor_hash(first), visitor_hash(second));

  event::Record user = first;
  user.anonymous_id = "";
  user.user_id = "a1";
  EXPECT_NE(visitor_hash(first), visitor_hash(user));
}

TEST(Visitor, WithoutAnIdIsAddressAndUserAgentOfADay) {
  const event::Record morning = visit("192.0.2.1", "phone", 1'000);

  EXPECT_EQ(visitor_hash(morning), visitor_hash(visit("192.0.2.1", "phone", 80'000'000)));
  EXPECT_NE(visitor_hash(morning), visitor_hash(visit("192.0.2.1", "phone", 86'400'000)));
  EXPECT_NE(visitor_hash(morning), visitor_hash(visit("192.0.2.2", "phone", 1'000)));
  EXPECT_NE(visitor_hash(morning), visitor_hash(visit("192.0.2.1", "laptop", 1'000)));
}

}  // namespace
}  // namespace penstock::store
