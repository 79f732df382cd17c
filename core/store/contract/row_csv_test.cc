#include "store/contract/row_csv.h"

#include <algorithm>

#include <gtest/gtest.h>

namespace penstock::store {
namespace {

std::string cell(std::string_view text) {
  std::string out;
  append_csv_cell(out, text);
  return out;
}

TEST(Csv, QuotesOnlyWhatNeedsIt) {
  EXPECT_EQ(cell(""), "");
  EXPECT_EQ(cell("plain text"), "plain text");
  EXPECT_EQ(cell("a,b"), "\"a,b\"");
  EXPECT_EQ(cell("say \"hi\""), "\"say \"\"hi\"\"\"");
  EXPECT_EQ(cell("two\nlines"), "\"two\nlines\"");
  EXPECT_EQ(cell("a\rb"), "\"a\rb\"");
}

TEST(Csv, DisarmsFormulas) {
  EXPECT_EQ(cell("=1+1"), "'=1+1");
  EXPECT_EQ(cell("+1"), "'+1");
  EXPECT_EQ(cell("-1"), "'-1");
  EXPECT_EQ(cell("@SUM(A1)"), "'@SUM(A1)");
  EXPECT_EQ(cell("\t=1"), "'\t=1");
  EXPECT_EQ(cell("\r=1"), "\"'\r=1\"");
  EXPECT_EQ(cell("=HYPERLINK(\"x\",\"y\")"), "\"'=HYPERLINK(\"\"x\"\",\"\"y\"\")\"");
  EXPECT_EQ(cell("\n=1"), "\"'\n=1\"");
  EXPECT_EQ(cell("\uff1d1+1"), "'\uff1d1+1");
  EXPECT_EQ(cell("\uff0b1"), "'\uff0b1");
  EXPECT_EQ(cell("\uff0d1"), "'\uff0d1");
  EXPECT_EQ(cell("\uff20SUM(A1)"), "'\uff20SUM(A1)");
  EXPECT_EQ(cell("\uff21"), "\uff21");
  EXPECT_EQ(cell("1-1"), "1-1");
}

TEST(Csv, HasAsManyCellsAsItsHeader) {
  std::string header;
  append_csv_header(header);
  event::Row row;
  row.record.name = "pageview";
  row.record.received_at_ms = 1'795'515'837'312;
  row.is_bot = true;
  std::string line;
  append_csv_row(row, line);
  EXPECT_EQ(std::count(line.begin(), line.end(), ','),
            std::count(header.begin(), header.end(), ','));
  EXPECT_EQ(header.substr(header.size() - 2), "\r\n");
  EXPECT_EQ(
      line,
      "00000000000000000000000000000000,,,,pageview,1795515837312,0,,,,,,,,{},,,,,,,1,,,,\r\n");
}

}  // namespace
}  // namespace penstock::store
