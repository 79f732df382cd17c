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

std::optional<std::string> decoded(std::string_view text, bool plus_is_space) {
  std::string out;
  if (!append_decoded(out, text, plus_is_space)) return std::nullopt;
  return out;
}

using Pairs = std::vector<std::pair<std::string, std::string>>;

std::optional<Pairs> pairs_of(std::string_view query) {
  Pairs pairs;
  const auto result = for_each_pair(query, [&](std::string_view name, std::string_view value) {
    pairs.emplace_back(name, value);
    return Result<void>();
  });
  if (!result) return std::nullopt;
  return pairs;
}

TEST(AppendDecoded, UndoesPercentSequences) {
  EXPECT_EQ(decoded("a%20b%2Fc%2f", false), "a b/c/");
  EXPECT_EQ(decoded("%00", false), std::string(1, '\0'));
  EXPECT_EQ(decoded("%C3%A9", false), "\xc3\xa9");
  EXPECT_EQ(decoded("%2525", false), "%25");
  EXPECT_EQ(decoded("", false), "");
}

TEST(AppendDecoded, ReadsPlusAsSpaceOnlyWhereAsked) {
  EXPECT_EQ(decoded("a+b%2B", true), "a b+");
  EXPECT_EQ(decoded("a+b%2B", false), "a+b+");
}

TEST(AppendDecoded, RefusesBrokenSequencesAndSaysWhere) {
  for (const std::string_view text : {"%", "a%", "a%2", "%zz", "%2g", "%%20", "% 20", "%+1"}) {
    EXPECT_EQ(decoded(text, true), std::nullopt) << text;
  }
  std::string out;
  const auto result = append_decoded(out, "abc%x", false);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::kRejected);
  EXPECT_EQ(result.error().native, 3);
}

TEST(ForEachPair, GivesNamesAndValuesDecodedAndInOrder) {
  EXPECT_THAT(*pairs_of("a=1&b=x+y&c%5B%5D=%26&a=2"),
              ElementsAre(Pair("a", "1"), Pair("b", "x y"), Pair("c[]", "&"), Pair("a", "2")));
}

TEST(ForEachPair, TakesOddPairsAsTheyAre) {
  EXPECT_THAT(*pairs_of("a&b=&=c&&d=e=f&"),
              ElementsAre(Pair("a", ""), Pair("b", ""), Pair("", "c"), Pair("d", "e=f")));
  EXPECT_THAT(*pairs_of(""), IsEmpty());
  EXPECT_THAT(*pairs_of("&&&"), IsEmpty());
}

TEST(ForEachPair, StopsAtABrokenPairAndAtTheVisitorsError) {
  EXPECT_EQ(pairs_of("a=1&b=%"), std::nullopt);
  EXPECT_EQ(pairs_of("a=1&%=b"), std::nullopt);

  int calls = 0;
  const auto result = for_each_pair("a=1&b=2", [&](std::string_view, std::string_view) {
    ++calls;
    return Result<void>(fail(ErrorCode::kOverloaded, "test"));
  });
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::kOverloaded);
  EXPECT_EQ(calls, 1);
}

TEST(QueryValue, IsTheFirstOfItsName) {
  EXPECT_EQ(query_value("a=1&key=x%20y&key=z", "key"), "x y");
  EXPECT_EQ(query_value("k%65y=x", "key"), "x");
  EXPECT_EQ(query_value("key", "key"), "");
  EXPECT_EQ(query_value("a=1", "key"), std::nullopt);
  EXPECT_EQ(query_value("", "key"), std::nullopt);
}

TEST(QueryValue, IsMissingWhereMalformedButNotForOthersFaults) {
  EXPECT_EQ(query_value("key=%", "key"), std::nullopt);
  EXPECT_EQ(query_value("%=1&b=%&key=x", "key"), "x");
}

}  // namespace
}  // namespace penstock::http
