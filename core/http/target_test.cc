#include "http/target.h"

#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace penstock::http {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

using Pairs = std::vector<std::pair<std::string, std::string>>;

Pairs pairs_of(std::string_view query) {
  Pairs pairs;
  const auto result = for_each_pair(query, [&](std::string_view name, std::string_view value) {
    pairs.emplace_back(name, value);
    return Result<void>();
  });
  EXPECT_TRUE(result);
  return pairs;
}

TEST(ForEachPair, GivesNamesAndValuesDecodedAndInOrder) {
  EXPECT_THAT(pairs_of("a=1&b=x+y&c%5B%5D=%26&a=2"),
              ElementsAre(Pair("a", "1"), Pair("b", "x y"), Pair("c[]", "&"), Pair("a", "2")));
}

TEST(ForEachPair, TakesOddPairsAsTheyAre) {
  EXPECT_THAT(pairs_of("a&b=&=c&&d=e=f&"),
              ElementsAre(Pair("a", ""), Pair("b", ""), Pair("", "c"), Pair("d", "e=f")));
  EXPECT_THAT(pairs_of(""), IsEmpty());
  EXPECT_THAT(pairs_of("&&&"), IsEmpty());
}

TEST(ForEachPair, TakesAPercentThatMeansNothingAsText) {
  EXPECT_THAT(pairs_of("name=a&referrer=https://retailer.example/20%-off/&subject=50%%20off"),
              ElementsAre(Pair("name", "a"), Pair("referrer", "https://retailer.example/20%-off/"),
                          Pair("subject", "50% off")));
  EXPECT_THAT(pairs_of("%=%&%2=%2&%zz=%zz&a%=1&b=%26%3D%"),
              ElementsAre(Pair("%", "%"), Pair("%2", "%2"), Pair("%zz", "%zz"), Pair("a%", "1"),
                          Pair("b", "&=%")));
}

TEST(ForEachPair, StopsAtTheVisitorsError) {
  int calls = 0;
  const auto result = for_each_pair("a=1&b=2", [&](std::string_view, std::string_view) {
    ++calls;
    return Result<void>(fail(ErrorCode::kOverloaded, "test"));
  });
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::kOverloaded);
  EXPECT_EQ(calls, 1);
}

TEST(RawQueryValue, FindsTheFirstPairOfThatName) {
  EXPECT_EQ(raw_query_value("a=1&key=x&key=y", "key"), "x");
  EXPECT_EQ(raw_query_value("key=", "key"), "");
  EXPECT_EQ(raw_query_value("key=a%20b&c=d", "key"), "a%20b");
  EXPECT_EQ(raw_query_value("monkey=x&keys=y", "key"), std::nullopt);
  EXPECT_EQ(raw_query_value("a=1&key", "key"), "");
  EXPECT_EQ(raw_query_value("", "key"), std::nullopt);
  EXPECT_EQ(raw_query_value("&&key=x", "key"), "x");
}

TEST(RawQueryValue, DecodesNames) {
  EXPECT_EQ(raw_query_value("a=1&k%65y=x&key=y", "key"), "x");
  EXPECT_EQ(raw_query_value("%6b%65%79=%78", "key"), "%78");
  EXPECT_EQ(raw_query_value("k%2565y=x", "key"), std::nullopt);
  EXPECT_EQ(raw_query_value("%6B=x&key%=y&%=1&key=z", "key"), "z");
  EXPECT_EQ(raw_query_value("a+b=x", "a b"), "x");
}

}  // namespace
}  // namespace penstock::http
