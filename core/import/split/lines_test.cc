#include "import/split/lines.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "import/split/row_list.h"

namespace penstock::importing {
namespace {

using ::testing::ElementsAre;

std::vector<std::string> lines_of(std::string_view text, std::size_t step) {
  LineSplitter splitter;
  return rows_of(splitter, text, step);
}

TEST(LineSplitter, CutsAtEveryKindOfEnd) {
  for (const std::size_t step : {1u, 3u, 1000u}) {
    EXPECT_THAT(lines_of("\xef\xbb\xbf"
                         "a\r\n\nb\n\n\nlast",
                         step),
                ElementsAre("1: a", "3: b", "6: last"));
    EXPECT_THAT(lines_of("", step), ElementsAre());
    EXPECT_THAT(lines_of("\n\r\n", step), ElementsAre());
  }
}

TEST(LineSplitter, PassesOverALineThatIsTooLong) {
  const std::string text =
      "a\n" + std::string(kRowBytesMax + 1, 'x') + "\nb\n" + std::string(3 * kRowBytesMax, 'y');
  EXPECT_THAT(lines_of(text, 65'536), ElementsAre("1: a", "2 bad: is longer than 8 MiB", "3: b",
                                                  "4 bad: is longer than 8 MiB"));
  EXPECT_EQ(lines_of(std::string(kRowBytesMax, 'x'), 65'536)[0].size(), kRowBytesMax + 3);
}

}  // namespace
}  // namespace penstock::importing
