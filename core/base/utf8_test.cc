#include "base/utf8.h"

#include <gtest/gtest.h>

namespace penstock {
namespace {

TEST(Utf8, WritesWhatItReads) {
  for (const std::uint32_t code_point :
       {0x0u, 0x7fu, 0x80u, 0x7ffu, 0x800u, 0xd7ffu, 0xe000u, 0xffffu, 0x10000u, 0x10ffffu}) {
    std::string out;
    append_utf8(out, code_point);
    EXPECT_TRUE(is_valid_utf8(out)) << code_point;
    EXPECT_EQ(utf8_length(out, 0), out.size()) << code_point;
  }
}

TEST(Utf8, KnowsWhereNoSequenceBegins) {
  for (const char* text : {"\x80", "\xc0\x80", "\xc1\xbf", "\xe0\x80\x80", "\xed\xa0\x80",
                           "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xe2\x82", "\xe2\x82z"}) {
    EXPECT_EQ(utf8_length(text, 0), 0u) << text;
  }
}

TEST(Utf8, ReplacesEachBadByte) {
  std::string out = "=";
  append_valid_utf8(out, "a\xe9\xe2\x82\xac\x80");
  EXPECT_EQ(out, "=a\xef\xbf\xbd\xe2\x82\xac\xef\xbf\xbd");
}

TEST(Utf8, TellsValidUtf8FromOther) {
  EXPECT_TRUE(is_valid_utf8("plain, h\xc3\xa9, \xe2\x82\xac, \xf0\x9f\x98\x80"));
  EXPECT_FALSE(is_valid_utf8("\xc0\x80"));          // Overlong NUL.
  EXPECT_FALSE(is_valid_utf8("\xed\xa0\x80"));      // Surrogate.
  EXPECT_FALSE(is_valid_utf8("\xf4\x90\x80\x80"));  // Above U+10FFFF.
  EXPECT_FALSE(is_valid_utf8("\xe2\x82"));          // Cut short.
}

TEST(Utf8, FindsABadByteAtAnyPlace) {
  for (std::size_t at = 0; at < 36; ++at) {
    const std::string ascii(at, 'a');
    EXPECT_TRUE(is_valid_utf8(ascii + "\xc3\xa9" + ascii));
    EXPECT_FALSE(is_valid_utf8(ascii + "\xc3" + ascii)) << at;
    EXPECT_FALSE(is_valid_utf8(ascii + "\xff" + ascii)) << at;
  }
}

TEST(Utf8, JoinsSurrogatesThatScriptsEncodeOneByOne) {
  const auto joined = [](std::string_view text) {
    std::string out = "=";
    append_utf8_of_cesu8(out, text);
    return out;
  };
  EXPECT_EQ(joined("a\xed\xa0\xbd\xed\xba\x80z"), "=a\xf0\x9f\x9a\x80z");
  EXPECT_EQ(joined("\xed\xa0\xbd\xed\xba\x80\xed\xaf\xbf\xed\xbf\xbf"),
            "=\xf0\x9f\x9a\x80\xf4\x8f\xbf\xbf");
  EXPECT_EQ(joined("\xf0\x9f\x9a\x80 \xed\x95\x9c"), "=\xf0\x9f\x9a\x80 \xed\x95\x9c");
  // Halves that are alone or in the wrong order, and texts that end within one.
  const std::string bad = "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd";
  EXPECT_EQ(joined("\xed\xa0\xbd"), "=" + bad);
  EXPECT_EQ(joined("\xed\xba\x80\xed\xa0\xbd"), "=" + bad + bad);
  EXPECT_EQ(joined("\xed\xa0\xbd\xed\xba"), "=" + bad + "\xef\xbf\xbd\xef\xbf\xbd");
  EXPECT_EQ(joined("\xed"), "=\xef\xbf\xbd");
}

TEST(Utf8, CutsOnlyBetweenCharacters) {
  EXPECT_EQ(utf8_prefix("a\xe2\x82\xac", 3), "a");
  EXPECT_EQ(utf8_prefix("a\xe2\x82\xac", 4), "a\xe2\x82\xac");
}

}  // namespace
}  // namespace penstock
