#include "adapter/contract/data_field.h"

#include <gtest/gtest.h>

namespace penstock::adapter {
namespace {

std::string decoded(std::string_view raw) {
  std::string out = "old";
  if (decode_data_field(raw, out)) return out;
  EXPECT_EQ(out, "");
  return "(none)";
}

TEST(DataField, ReadsBase64AsFormsAndQueriesHaveIt) {
  EXPECT_EQ(decoded("eyJhIjoiPj4+Pz8/In0="), R"({"a":">>>???"})");
  EXPECT_EQ(decoded("eyJhIjoiPj4%2BPz8%2FIn0%3D"), R"({"a":">>>???"})");
  EXPECT_EQ(decoded("eyJhIjoiPj4-Pz8_In0"), R"({"a":">>>???"})");
  EXPECT_EQ(decoded("eyJhIjoiPj4 Pz8/In0="), R"({"a":">>>???"})");
}

TEST(DataField, ReadsJsonAsItIs) {
  EXPECT_EQ(decoded("%7B%22a%22%3A%22x+y%2Bz%22%7D"), R"({"a":"x y+z"})");
  EXPECT_EQ(decoded("[1]"), "[1]");
  EXPECT_EQ(decoded("%20[1]"), " [1]");
}

TEST(DataField, TellsWhatIsNeither) {
  for (const char* raw : {"", "!", "eyJ!", "%00", "a%3Db"})
    EXPECT_EQ(decoded(raw), "(none)") << raw;
}

TEST(DataField, MakesTextThatCanBeParsed) {
  std::string text = "{\"a\":\"\xed\xa0\xbd\xed\xba\x80\xff\"}";
  make_readable(text);
  EXPECT_EQ(text, "{\"a\":\"\xf0\x9f\x9a\x80\xef\xbf\xbd\"}");
  std::string plain = "{}";
  make_readable(plain);
  EXPECT_EQ(plain, "{}");
}

TEST(DataField, KnowsHowJsonBegins) {
  EXPECT_TRUE(begins_like_json("\xef\xbb\xbf \n{"));
  EXPECT_TRUE(begins_like_json("["));
  EXPECT_FALSE(begins_like_json(""));
  EXPECT_FALSE(begins_like_json("data={"));
}

}  // namespace
}  // namespace penstock::adapter
