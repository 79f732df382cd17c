#include "base/percent.h"

#include <gtest/gtest.h>

namespace penstock {
namespace {

std::string decoded(std::string_view text, Plus plus = Plus::kIsText) {
  std::string out;
  append_percent_decoded(out, text, plus);
  return out;
}

TEST(Percent, UndoesSequences) {
  EXPECT_EQ(decoded("a%20b%2Fc%2f"), "a b/c/");
  EXPECT_EQ(decoded("%00"), std::string(1, '\0'));
  EXPECT_EQ(decoded("%C3%A9"), "\xc3\xa9");
  EXPECT_EQ(decoded("%2525"), "%25");
  EXPECT_EQ(decoded(""), "");
  EXPECT_EQ(decoded("%41"), "A");
}

TEST(Percent, ReadsPlusAsSpaceOnlyWhereAsked) {
  EXPECT_EQ(decoded("a+b%2B", Plus::kIsSpace), "a b+");
  EXPECT_EQ(decoded("a+b%2B", Plus::kIsText), "a+b+");
}

TEST(Percent, KeepsAPercentThatMeansNothing) {
  for (const std::string_view text :
       {"%", "a%", "a%2", "%zz", "%2g", "%g2", "%%", "% 20", "%+1", "20%-off", "%\xc3\xa9"}) {
    EXPECT_EQ(decoded(text), text);
  }
  EXPECT_EQ(decoded("50%%20off"), "50% off");
  EXPECT_EQ(decoded("%%41"), "%A");
  EXPECT_EQ(decoded("%2%41"), "%2A");
  EXPECT_EQ(decoded("%4%31"), "%41");  // Read once: what comes out is not read again.
  EXPECT_EQ(decoded("%+%2", Plus::kIsSpace), "% %2");
}

TEST(Percent, TellsWhetherATextIsAnothersSpelling) {
  const std::string_view texts[] = {"",    "key", "k%65y", "%6b%65%79", "k%65", "k%6", "%",    "%%",
                                    "%zz", "a+b", "a%2Bb", "a%20b",     "keys", "%00", "%4%31"};
  for (const Plus plus : {Plus::kIsText, Plus::kIsSpace}) {
    for (const std::string_view text : texts) {
      for (const std::string_view plain : texts) {
        EXPECT_EQ(is_percent_encoded(text, plain, plus), decoded(text, plus) == plain)
            << text << " " << plain;
      }
    }
  }
}

TEST(Percent, RefusesItWhereAPersonMeantOneAndSaysWhere) {
  EXPECT_EQ(strictly_percent_decoded("a%20+b").value(), "a +b");
  EXPECT_EQ(strictly_percent_decoded("").value(), "");
  const std::pair<std::string_view, int> faulty[] = {
      {"%", 0}, {"a%", 1}, {"ab%2", 2}, {"abc%zz", 3}, {"%20%%20", 3}};
  for (const auto& [text, offset] : faulty) {
    const auto result = strictly_percent_decoded(text);
    ASSERT_FALSE(result) << text;
    EXPECT_EQ(result.error().code, ErrorCode::kRejected);
    EXPECT_EQ(result.error().native, offset) << text;
  }
}

}  // namespace
}  // namespace penstock
