#include "enrich/rules_file.h"

#include <fstream>

#include <gtest/gtest.h>

#include "support/temp_dir.h"

namespace penstock::enrich {
namespace {

class RulesFileTest : public ::testing::Test {
 protected:
  Result<RulesFile> read(const std::string& text) {
    std::ofstream(dir_.path("rules.yaml")) << text;
    return read_rules(dir_.path("rules.yaml"));
  }
  testing::TempDir dir_;
};

TEST_F(RulesFileTest, ReadsTheRulesInOrder) {
  const auto file = read(
      "user_agent_parsers:\n"
      "  - regex: '(A)/(\\d+)'\n"
      "  - regex: 'B'\n"
      "    family_replacement: 'Bee $1'\n"
      "os_parsers:\n"
      "  - regex: 'C'\n"
      "    regex_flag: 'i'\n"
      "    os_replacement: 'Sea'\n"
      "device_parsers:\n"
      "  - regex: 'phone'\n"
      "    device_replacement: '$1'\n"
      "  - regex: 'bot'\n"
      "    device_replacement: 'Spider'\n");

  ASSERT_TRUE(file);
  ASSERT_EQ(file->browsers.size(), 2u);
  EXPECT_EQ(file->browsers[0].expression, "(A)/(\\d+)");
  EXPECT_EQ(file->browsers[0].replacement, "");
  EXPECT_EQ(file->browsers[1].replacement, "Bee $1");
  ASSERT_EQ(file->systems.size(), 1u);
  EXPECT_TRUE(file->systems[0].ignores_case);
  ASSERT_EQ(file->devices.size(), 2u);
  EXPECT_EQ(file->devices[1].expression, "bot");
  EXPECT_EQ(file->devices[1].replacement, "Spider");
}

TEST_F(RulesFileTest, RefusesWhatIsNotOfThatForm) {
  for (const char* text : {"", "a: b", "[1, 2", "\t\x01", "user_agent_parsers: 1\nos_parsers: 2\n",
                           "user_agent_parsers:\n  - x: y\n", "- regex: x\n",
                           "user_agent_parsers:\n  - regex: [a, b]\n"}) {
    const auto file = read(text);
    ASSERT_FALSE(file) << text;
    EXPECT_EQ(file.error().code, ErrorCode::kConfiguration) << text;
  }
}

TEST_F(RulesFileTest, RefusesAMissingFile) { EXPECT_FALSE(read_rules(dir_.path("none.yaml"))); }

}  // namespace
}  // namespace penstock::enrich
