#include "import/split/csv.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "import/split/row_list.h"

namespace penstock::importing {
namespace {

using ::testing::ElementsAre;

std::vector<std::string> csv_rows_of(std::string_view text, std::size_t step) {
  const auto splitter = make_csv_splitter();
  return rows_of(*splitter, text, step);
}

TEST(CsvSplitter, NamesCells) {
  for (const std::size_t step : {1u, 5u, 1000u}) {
    EXPECT_THAT(csv_rows_of("\xef\xbb\xbf"
                            "a,\"b c\"\r\n1, x \r\n\n\"q\"\"\n,\",\n3,4\n5,\"6\"",
                            step),
                ElementsAre("2: a=1|b c= x ", "4: a=q\"\n,|b c=", "6: a=3|b c=4", "7: a=5|b c=6"));
    EXPECT_THAT(csv_rows_of("", step), ElementsAre());
    EXPECT_THAT(csv_rows_of("a,b", step), ElementsAre());
  }
}

TEST(CsvSplitter, TellsRowsOfOtherLengths) {
  EXPECT_THAT(csv_rows_of("a,b\n1\n1,2,3\n1,2\n", 4),
              ElementsAre("2 bad: has not as many cells as the first row names",
                          "3 bad: has not as many cells as the first row names", "4: a=1|b=2"));
}

TEST(CsvSplitter, BoundsACellThatDoesNotEnd) {
  const std::string text = "a,b\n1,2\n\"" + std::string(2 * kRowBytesMax, 'x');
  const auto rows = csv_rows_of(text, 65'536);
  ASSERT_GE(rows.size(), 2u);
  EXPECT_EQ(rows[1], "3 bad: has a cell that does not end within 8 MiB");
  EXPECT_THAT(csv_rows_of("a,b\n1,\"2\n", 2), ElementsAre("2 bad: has a quote that is not closed"));
}

TEST(CsvSplitter, BoundsARowOfManyCells) {
  std::string text = "a,b\n";
  for (int i = 0; i < 100'000; ++i) text += "1,";
  EXPECT_THAT(csv_rows_of(text + "\n1,2\n", 65'536),
              ElementsAre("2 bad: has not as many cells as the first row names", "3: a=1|b=2"));
}

}  // namespace
}  // namespace penstock::importing
