#include "json/token.h"

#include <gtest/gtest.h>

namespace penstock::json {
namespace {

TEST(Token, KnowsNumbers) {
  for (const char* text : {"0", "-0", "10", "1.5", "-0.0", "1e1", "1E-1", "12.50e+07"}) {
    EXPECT_TRUE(is_number(text)) << text;
  }
  for (const char* text :
       {"", "-", "+1", "00", "01", "1.", ".1", "1e", "1e+", "1.e1", "0x1", "1 ", "--1", "1e1.5"}) {
    EXPECT_FALSE(is_number(text)) << text;
  }
}

TEST(Token, TellsTheFormsOfStringsApart) {
  EXPECT_EQ(string_form("plain"), StringForm::kPlain);
  EXPECT_EQ(string_form(""), StringForm::kPlain);
  EXPECT_EQ(string_form(R"(\\\"\/\b\f\n\r\t\u00Ff)"), StringForm::kEscaped);
  EXPECT_EQ(string_form(R"(\ud83d\ude00)"), StringForm::kEscaped);
  EXPECT_EQ(string_form(R"(\ud83d)"), StringForm::kLoneSurrogate);
  EXPECT_EQ(string_form(R"(\ud83d\n)"), StringForm::kLoneSurrogate);
  for (const char* text : {"\\", "\\a", "\\u", "\\u123", "\\u123g", "\\ud83d\\u12", "ok\\'"}) {
    EXPECT_EQ(string_form(text), StringForm::kInvalid) << text;
  }
}

TEST(Token, UnescapesWithinTheBodysOwnLength) {
  const auto unescaped = [](std::string_view body) {
    std::string out;
    append_unescaped(out, body);
    EXPECT_LE(out.size(), body.size());
    return out;
  };
  EXPECT_EQ(unescaped(R"(a\n\\n\u0041\/)"), "a\n\\nA/");
  EXPECT_EQ(unescaped(R"({\"a\":\"\\\"\",\"\u00e9\":1})"), "{\"a\":\"\\\"\",\"\xc3\xa9\":1}");
  EXPECT_EQ(unescaped(R"(\u0000\t)"), std::string("\0\t", 2));
  EXPECT_EQ(unescaped(R"(\ud83d\ude00\ud83dx)"), "\xf0\x9f\x98\x80\xef\xbf\xbdx");
}

TEST(Token, PairsSurrogatesAndLeavesTheRest) {
  std::string out;
  append_paired(out, R"(a\n\ud83d\ud83d\ude00\uDC00)");
  EXPECT_EQ(out, R"(a\n\ufffd\ud83d\ude00\ufffd)");
}

}  // namespace
}  // namespace penstock::json
