#include "import/split/json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "import/split/row_list.h"

namespace penstock::importing {
namespace {

using ::testing::ElementsAre;

std::vector<std::string> elements_of(std::string_view text, std::size_t step) {
  JsonSplitter splitter;
  return rows_of(splitter, text, step);
}

TEST(JsonSplitter, CutsAnArrayOrLines) {
  for (const std::size_t step : {1u, 2u, 7u, 1000u}) {
    EXPECT_THAT(elements_of("\n [ {\"a\":[1,{\"b\":\"],}\\\"\"}]},\n\n 7 ,\n\"x,y\" ] rest", step),
                ElementsAre(R"(2: {"a":[1,{"b":"],}\""}]})", "4: 7", "5: \"x,y\""));
    EXPECT_THAT(elements_of("\xef\xbb\xbf[{}]", step), ElementsAre("1: {}"));
    EXPECT_THAT(elements_of("{\"a\":1}\n\n{\"b\":\n", step),
                ElementsAre("1: {\"a\":1}", "3: {\"b\":"));
    EXPECT_THAT(elements_of("\n\n{}", step), ElementsAre("3: {}"));
    EXPECT_THAT(elements_of("[]", step), ElementsAre());
    EXPECT_THAT(elements_of("", step), ElementsAre());
  }
}

TEST(JsonSplitter, TellsWhereAnArrayIsCutOff) {
  EXPECT_THAT(elements_of("[{},\n{\"a\":", 3),
              ElementsAre("1: {}", "2 bad: is where the array is cut off"));
  EXPECT_THAT(elements_of("[", 1), ElementsAre("1 bad: is where the array is cut off"));
}

TEST(JsonSplitter, PassesOverAnElementThatIsTooLong) {
  const std::string text = "[\"" + std::string(kRowBytesMax, 'x') + "\",1]";
  EXPECT_THAT(elements_of(text, 65'536), ElementsAre("1 bad: is longer than 8 MiB", "1: 1"));
}

}  // namespace
}  // namespace penstock::importing
