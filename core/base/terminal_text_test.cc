#include "base/terminal_text.h"

#include <gtest/gtest.h>

namespace penstock {
namespace {

std::string escaped(std::string_view text) {
  std::string out;
  append_escaped(out, text);
  return out;
}

TEST(TerminalText, KeepsWhatPeopleWrite) {
  for (const char* text : {"", "plain text = \"x\"\\", "\u00fcml\u00e4ut", "\u65e5\u672c\u8a9e",
                           "\u05e9\u05dc\u05d5\u05dd", "\U0001f600", "\u00a0"}) {
    EXPECT_EQ(escaped(text), text);
  }
}

TEST(TerminalText, EscapesWhatATerminalObeys) {
  EXPECT_EQ(escaped("\x1b[2J"), "\\u001b[2J");
  EXPECT_EQ(escaped("a\nb\r\tc\x7f"), "a\\u000ab\\u000d\\u0009c\\u007f");
  EXPECT_EQ(escaped(std::string_view("\0", 1)), "\\u0000");
  EXPECT_EQ(escaped("\u0080\u009b31m\u009f"), "\\u0080\\u009b31m\\u009f");
}

TEST(TerminalText, EscapesWhatReordersALine) {
  EXPECT_EQ(escaped("\u202egpj.exe"), "\\u202egpj.exe");
  EXPECT_EQ(escaped("\u2066\u2069\u200e\u200f\u061c\u2028\u2029"),
            "\\u2066\\u2069\\u200e\\u200f\\u061c\\u2028\\u2029");
}

// A bare C1 byte is an order too where the terminal is set to eight bits.
TEST(TerminalText, RepairsWhatIsNotUtf8) {
  EXPECT_EQ(escaped("a\x9b\xff"), "a\xef\xbf\xbd\xef\xbf\xbd");
  EXPECT_EQ(escaped("\xc3"), "\xef\xbf\xbd");
}

TEST(TerminalText, TellsHowLongAnUnsafeCharacterIs) {
  EXPECT_EQ(unsafe_length("a", 0), 0u);
  EXPECT_EQ(unsafe_length("\U0001f600", 0), 0u);
  EXPECT_EQ(unsafe_length("\x1b", 0), 1u);
  EXPECT_EQ(unsafe_length("x\u009b", 1), 2u);
  EXPECT_EQ(unsafe_length("\u202e", 0), 3u);
  EXPECT_EQ(unsafe_length("\x80", 0), 1u);
}

}  // namespace
}  // namespace penstock
