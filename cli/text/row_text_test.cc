#include "cli/text/row_text.h"

#include <gtest/gtest.h>

namespace penstock::cli {
namespace {

TEST(RowText, ShowsAnEventOnALine) {
  event::Row row;
  row.record.occurred_at_ms = 1'795'515'837'312;
  row.record.project = "default";
  row.record.name = "pageview";
  row.record.url = "https://shop.example/pricing?x=1";
  row.path = "/pricing";
  row.browser = "Firefox";
  row.country = "DE";
  std::string out;
  append_row_line(row, out);
  EXPECT_EQ(out,
            "10:23:57.312 default  pageview   /pricing                                 Firefox    "
            "DE");
}

TEST(RowText, ShowsWhatIsMissingAsMissing) {
  std::string out;
  append_row_line(event::Row(), out);
  EXPECT_EQ(out.substr(0, 24), "00:00:00.000 -        - ");
  EXPECT_EQ(out.back(), '-');
}

// An event's name must not move the cursor, clear the screen or set the window's title.
TEST(RowText, LeavesNothingThatATerminalObeys) {
  EXPECT_EQ(for_terminal("a\x1b[2Jb\r\n\x7f"), "a?[2Jb???");
  EXPECT_EQ(for_terminal("caf\xc3\xa9"), "caf\xc3\xa9");
  EXPECT_EQ(for_terminal("x\xc2\x9b"
                         "2J"),
            "x?2J");
  EXPECT_EQ(for_terminal("x\x9b"
                         "2J"),
            "x?2J");
  EXPECT_EQ(for_terminal("\u202eabc\u2069"), "?abc?");
  event::Row row;
  row.record.name = "\x1b]0;title\x07";
  std::string out;
  append_row_line(row, out);
  EXPECT_EQ(out.find('\x1b'), std::string::npos);
  EXPECT_EQ(out.find('\x07'), std::string::npos);
}

}  // namespace
}  // namespace penstock::cli
