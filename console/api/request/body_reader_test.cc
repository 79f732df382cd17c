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

TEST(BodyReader, GivesNumbersAndListsOfTexts) {
  BodyReader body = read(R"({"quota":600,"origins":["a","b"],"none":[]})");
  EXPECT_EQ(body.number_if("quota"), 600);
  EXPECT_EQ(body.texts_if("origins"), (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(body.texts_if("none"), std::vector<std::string>());
  EXPECT_EQ(body.number_if("other"), std::nullopt);
  EXPECT_EQ(body.texts_if("other"), std::nullopt);
  EXPECT_FALSE(body.refusal());

  std::string many = R"({"l":[)";
  for (std::size_t i = 0; i <= BodyReader::kTextsMax; ++i) many += i == 0 ? "\"\"" : ",\"\"";
  for (const std::string& text :
       {many + "]}", std::string(R"({"l":["a",1]})"), std::string(R"({"l":[[1],"a"]})"),
        std::string(R"({"l":"a"})"), std::string(R"({"l":[{"a":["b"]}]})")}) {
    BodyReader bad = read(text);
    EXPECT_EQ(bad.texts_if("l"), std::nullopt) << text;
    ASSERT_TRUE(bad.refusal()) << text;
    EXPECT_NE(bad.refusal()->body.find("no list of texts"), std::string::npos);
  }
  for (const char* text : {R"({"n":1.5})", R"({"n":"1"})", R"({"n":null})"}) {
    BodyReader bad = read(text);
    EXPECT_EQ(bad.number_if("n"), std::nullopt) << text;
    EXPECT_TRUE(bad.refusal()) << text;
  }
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

TEST(BodyReader, GivesWholeNumbers) {
  BodyReader body = read(R"({"n":-7,"half":0.5,"ids":[3,1],"none":[],"mixed":[1,"2"]})");
  EXPECT_EQ(body.number_if("n"), -7);
  EXPECT_EQ(body.number_if("absent"), std::nullopt);
  EXPECT_EQ(body.numbers("ids", 2), (std::vector<std::int64_t>{3, 1}));
  EXPECT_FALSE(body.refusal());
  for (const char* name : {"none", "mixed", "n", "absent"}) {
    BodyReader again = read(R"({"n":-7,"none":[],"mixed":[1,"2"]})");
    EXPECT_TRUE(again.numbers(name, 2).empty()) << name;
    EXPECT_TRUE(again.refusal()) << name;
  }
  EXPECT_TRUE(body.numbers("ids", 1).empty());
  EXPECT_NE(body.refusal()->body.find("ids: expected a list of 1 to 1"), std::string::npos);
  BodyReader half = read(R"({"half":0.5})");
  EXPECT_EQ(half.number_if("half"), std::nullopt);
  EXPECT_NE(half.refusal()->body.find("half: it is no whole number"), std::string::npos);
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
