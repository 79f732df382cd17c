#include "console/api/request/body_reader.h"

#include <gtest/gtest.h>

#include "base/bytes.h"
#include "base/text.h"

namespace penstock::console {
namespace {

BodyReader read(std::string body) {
  reserve_padding(body);
  return BodyReader(body);
}

TEST(BodyReader, GivesTextsAndFlags) {
  BodyReader body = read(R"({"name":"a \u0041","is_shared":true,"other":[{"name":1}]})");
  EXPECT_EQ(body.text("name"), "a A");
  EXPECT_EQ(body.flag_if("is_shared"), true);
  EXPECT_EQ(body.text_if("page"), std::nullopt);
  EXPECT_EQ(body.flag_if("is_old"), std::nullopt);
  EXPECT_FALSE(body.refusal());
}

TEST(BodyReader, SaysItsFirstFault) {
  BodyReader body = read(R"({"name":1,"is_shared":"yes"})");
  EXPECT_EQ(body.text("name"), "");
  EXPECT_EQ(body.flag_if("is_shared"), std::nullopt);
  EXPECT_EQ(body.text("page"), "");
  ASSERT_TRUE(body.refusal());
  EXPECT_EQ(body.refusal()->status, 400);
  EXPECT_NE(body.refusal()->body.find("name: it is no text"), std::string::npos);

  BodyReader missing = read("{}");
  EXPECT_EQ(missing.text("name"), "");
  EXPECT_NE(missing.refusal()->body.find("name: it is missing"), std::string::npos);
}

TEST(BodyReader, RefusesWhatIsNoObject) {
  std::string many = "{";
  for (int i = 0; i < 33; ++i) many += str_cat(i == 0 ? "" : ",", "\"m", i, "\":\"\"");
  for (const std::string& text : {std::string(), std::string("[]"), std::string("\"x\""),
                                  std::string("{\"a\":"), many + "}"}) {
    BodyReader body = read(text);
    ASSERT_TRUE(body.refusal()) << text;
    EXPECT_NE(body.refusal()->body.find("invalid_json"), std::string::npos);
  }
}

}  // namespace
}  // namespace penstock::console
