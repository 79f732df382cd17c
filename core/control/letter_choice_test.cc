#include "control/letter_choice.h"

#include <gtest/gtest.h>

#include "base/bytes.h"
#include "base/text.h"

namespace penstock::control {
namespace {

Result<LetterChoice> read(std::string body) {
  reserve_padding(body);
  return read_letter_choice(body);
}

TEST(LetterChoice, IsOfIdsOrOfAll) {
  const auto some = read(R"({"ids":["f1","r2"]})");
  ASSERT_TRUE(some);
  EXPECT_EQ(some->ids, (std::vector<std::string>{"f1", "r2"}));

  const auto all = read(R"({"all":true,"reason":"E","search":"x","count":12})");
  ASSERT_TRUE(all);
  EXPECT_TRUE(all->ids.empty());
  EXPECT_EQ(all->question.reason, "E");
  EXPECT_EQ(all->question.search, "x");
  EXPECT_EQ(all->count, 12);
}

TEST(LetterChoice, IsRefusedWhereItIsNotClear) {
  std::string many = R"({"ids":["f0")";
  for (int i = 0; i < 200; ++i) many += R"(,"f1")";
  for (const std::string& body :
       {std::string(), std::string("{}"), std::string("[]"), std::string(R"({"ids":[]})"),
        std::string(R"({"ids":["f1"],"all":true,"count":1})"), std::string(R"({"all":true})"),
        std::string(R"({"all":false,"count":1})"), std::string(R"({"all":"true","count":1})"),
        std::string(R"({"ids":[1]})"), std::string(R"({"ids":"f1"})"),
        std::string(R"({"all":true,"count":"1"})"), std::string(R"({"all":true,"count":1)"),
        many + "]}"}) {
    const auto refused = read(body);
    ASSERT_FALSE(refused) << body;
    EXPECT_EQ(refused.error().code, ErrorCode::kRejected);
  }
  EXPECT_EQ(to_text(read(R"({"ids":"f1"})").error()), "ids: expected a list of texts");
}

}  // namespace
}  // namespace penstock::control
