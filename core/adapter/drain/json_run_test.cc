#include "adapter/drain/json_run.h"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace penstock::adapter {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<std::string> taken(std::string_view text) {
  std::vector<std::string> all;
  while (const auto json = take_json(text)) all.emplace_back(*json);
  EXPECT_TRUE(text.empty());
  return all;
}

TEST(JsonRun, IsTakenApart) {
  EXPECT_THAT(taken(R"({"a":1}{"b":{"c":[2]}})"), ElementsAre(R"({"a":1})", R"({"b":{"c":[2]}})"));
  EXPECT_THAT(taken("{}\r\n\n[3] {}\n"), ElementsAre("{}", "[3]", "{}"));
  EXPECT_THAT(taken(R"({"a":"}\"{"}{"b":"\\"})"), ElementsAre(R"({"a":"}\"{"})", R"({"b":"\\"})"));
  EXPECT_THAT(taken("text {}\n{}"), ElementsAre("text {}", "{}"));
  EXPECT_THAT(taken(" \n"), IsEmpty());
}

TEST(JsonRun, EndsWhereItIsBroken) {
  EXPECT_THAT(taken(R"({"a":{})"), ElementsAre(R"({"a":{})"));
  EXPECT_THAT(taken(R"({"a":"\)"), ElementsAre(R"({"a":"\)"));
  EXPECT_THAT(taken("}{}"), ElementsAre("}{}"));
}

}  // namespace
}  // namespace penstock::adapter
