#include "event/id.h"

#include <set>

#include <gtest/gtest.h>

#include "base/text.h"

namespace penstock::event {
namespace {

constexpr std::int64_t kNow = 1'795'515'837'312;

TEST(Id, CarriesItsTimeInUuidV7Shape) {
  IdMaker maker(Random(1));
  for (const std::int64_t time : {std::int64_t{0}, kNow, (std::int64_t{1} << 48) - 1}) {
    for (const Id& id : {maker.make(time), id_of_client("p", "c", time)}) {
      EXPECT_EQ(id.time_ms(), time);
      EXPECT_EQ(id.bytes[6] >> 4, 7);
      EXPECT_EQ(id.bytes[8] >> 6, 2);
    }
  }
}

TEST(Id, KeepsTimesThatDoNotFitWithinItsRange) {
  EXPECT_EQ(id_of_client("p", "c", -5).time_ms(), 0);
  EXPECT_EQ(id_of_client("p", "c", INT64_MAX).time_ms(), (std::int64_t{1} << 48) - 1);
}

TEST(Id, AscendsWithinAMillisecondAndWhateverTimesLieBetween) {
  IdMaker maker(Random(7));
  Id last = maker.make(kNow);
  for (int i = 0; i < 20'000; ++i) {
    maker.make(kNow - 1000 + i % 2000);
    const Id next = maker.make(kNow);
    ASSERT_LT(last, next);
    last = next;
  }
}

TEST(Id, DiffersBetweenMakers) {
  std::set<Id> seen;
  for (std::uint64_t seed = 0; seed < 64; ++seed) {
    IdMaker maker{Random(seed)};
    for (int i = 0; i < 100; ++i) EXPECT_TRUE(seen.insert(maker.make(kNow)).second);
  }
}

TEST(Id, IsTheSameForAClientsRetryAndForNothingElse) {
  const Id id = id_of_client("shop", "order-1", kNow);
  EXPECT_EQ(id_of_client("shop", "order-1", kNow), id);
  EXPECT_NE(id_of_client("shop", "order-2", kNow), id);
  EXPECT_NE(id_of_client("shop2", "order-1", kNow), id);
  EXPECT_NE(id_of_client("sho", "porder-1", kNow), id);
  EXPECT_NE(id_of_client("shop", "order-1", kNow + 1), id);
}

// What a store knows an event by must neither follow the client's clock nor be taken for random.
TEST(Id, HasAKeyOfItsClientThatNoTimeChanges) {
  IdMaker maker(Random(3));
  const Id id = id_of_client("shop", "order-1", kNow);
  EXPECT_EQ(id.key().size(), 10u);
  EXPECT_EQ(id.key(), id_of_client("shop", "order-1", 0).key());
  EXPECT_EQ(id.key(), with_time(id, 5).key());
  EXPECT_NE(id.key(), id_of_client("shop", "order-2", kNow).key());
  for (int i = 0; i < 1000; ++i) {
    EXPECT_TRUE(id_of_client("shop", str_cat(i), kNow).is_from_client());
    EXPECT_FALSE(maker.make(kNow).is_from_client());
  }
}

// Stored events are found again by it: a change of the hash would store retries twice.
TEST(Id, OfAClientIsPartOfTheFormat) {
  EXPECT_EQ(id_of_client("default", "order-1", kNow).hex(), "01a20d156b80714cbe22f24299b4d307");
}

TEST(Id, MovesToAnotherTime) {
  const Id id = id_of_client("shop", "order-1", kNow);
  EXPECT_EQ(with_time(id, kNow - kDayMs), id_of_client("shop", "order-1", kNow - kDayMs));
}

TEST(Id, ReadsTheHexThatItWrites) {
  const Id id = id_of_client("shop", "order-1", kNow);
  EXPECT_EQ(id.hex().size(), 32u);
  EXPECT_EQ(Id::from_hex(id.hex()), id);
  EXPECT_EQ(Id::from_bytes(id.view()), id);
  EXPECT_EQ(Id::from_hex("01a20D9B-9a80-7abc-8def-0123456789ab"),
            Id::from_hex("01a20d9b9a807abc8def0123456789ab"));
}

TEST(Id, RefusesOtherTexts) {
  for (const char* text :
       {"", "01a20d9b9a807abc8def0123456789a", "01a20d9b9a807abc8def0123456789abc",
        "g1a20d9b9a807abc8def0123456789ab", "01a20d9b-9a80-7abc-8def0-123456789ab",
        "01a20d9b-9a80-7abc-8def-0123456789-b", "01a20d9b_9a80_7abc_8def_0123456789ab"}) {
    EXPECT_FALSE(Id::from_hex(text)) << text;
  }
}

TEST(Id, KnowsWhenAUtcDayBegins) {
  EXPECT_EQ(start_of_day(kNow), 1'795'478'400'000);
  EXPECT_EQ(start_of_day(1'795'478'400'000), 1'795'478'400'000);
  EXPECT_EQ(start_of_day(1'795'478'399'999), 1'795'478'400'000 - kDayMs);
  EXPECT_EQ(start_of_day(-1), -kDayMs);
}

}  // namespace
}  // namespace penstock::event
