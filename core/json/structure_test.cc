#include "json/structure.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace penstock::json {
namespace {

using ::testing::ElementsAre;

std::vector<std::uint32_t> tokens_of(std::string_view text) {
  Structure structure;
  const auto tokens = structure.index(text);
  return tokens ? std::vector<std::uint32_t>(tokens->begin(), tokens->end())
                : std::vector<std::uint32_t>{999};
}

TEST(Structure, FindsTheFirstByteOfEachToken) {
  EXPECT_THAT(tokens_of(R"({"a{" : [12,true] })"), ElementsAre(0, 1, 6, 8, 9, 11, 12, 16, 18));
  EXPECT_THAT(tokens_of("  "), ElementsAre());
  EXPECT_THAT(tokens_of(""), ElementsAre());
}

TEST(Structure, SaysWhichByteIsBad) {
  const auto offset_in = [](std::string_view text) {
    Structure structure;
    const auto tokens = structure.index(text);
    return tokens ? -1 : tokens.error().native;
  };
  EXPECT_EQ(offset_in("[\"ab\xc3\"]"), 4);
  EXPECT_EQ(offset_in("[\"ab\n\"]"), 4);
  EXPECT_EQ(offset_in(R"(["a\"b","c])"), 8);
}

TEST(Structure, GoesOnAfterAnUnusuallyLargeText) {
  Structure structure;
  const std::string large = "[\"" + std::string(3 << 20, 'x') + "\"]";
  ASSERT_TRUE(structure.index(large));
  EXPECT_EQ(structure.shrink(64 << 20), 0u);
  EXPECT_GE(structure.shrink(1 << 20), 12u << 20);
  EXPECT_EQ(structure.shrink(0), 0u);
  EXPECT_THAT(*structure.index("[1]"), ElementsAre(0, 1, 2));
}

}  // namespace
}  // namespace penstock::json
