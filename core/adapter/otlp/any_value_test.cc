#include "adapter/otlp/any_value.h"

#include <gtest/gtest.h>

#include "base/bytes.h"
#include "base/text.h"

namespace penstock::adapter {
namespace {

// What the one member of a value stands for; "" where it nests too deep.
std::string plain(std::string text, std::uint32_t depth_max = 8) {
  reserve_padding(text);
  std::string out;
  json::Reader reader;
  EXPECT_TRUE(reader.read(text, [&](json::Value& root) {
    return root.members([&](std::string_view type, json::Value& inner) -> Result<void> {
      const auto is_good = append_plain(type, inner, out, depth_max);
      if (!is_good) return fail(is_good.error());
      if (!*is_good) out.clear();
      return {};
    });
  })) << text;
  return out;
}

TEST(AnyValue, IsPlainJson) {
  EXPECT_EQ(plain(R"({"stringValue":"a\n"})"), R"("a\n")");
  EXPECT_EQ(plain(R"({"intValue":"-12"})"), "-12");
  EXPECT_EQ(plain(R"({"intValue":7})"), "7");
  EXPECT_EQ(plain(R"({"intValue":"twelve"})"), R"("twelve")");
  EXPECT_EQ(plain(R"({"doubleValue":"NaN"})"), R"("NaN")");
  EXPECT_EQ(plain(R"({"arrayValue":{}})"), "[]");
  EXPECT_EQ(plain(R"({"kvlistValue":{"values":[]}})"), "{}");
  EXPECT_EQ(plain(R"({"kvlistValue":{"values":[{"key":"a","value":{"arrayValue":{"values":)"
                  R"([{"boolValue":true},{},3]}}},{"value":{"intValue":"1"},"key":"b"},4,)"
                  R"({"key":"c"}]}})"),
            R"({"a":[true,null,3],"b":1})");
  EXPECT_EQ(plain(R"({"unknownValue":{"a":[1]}})"), R"({"a":[1]})");
}

TEST(AnyValue, NestsNoDeeperThanItMay) {
  const std::string two = R"({"arrayValue":{"values":[{"arrayValue":{"values":[]}}]}})";
  EXPECT_EQ(plain(two, 2), "[[]]");
  EXPECT_EQ(plain(two, 1), "");
  EXPECT_EQ(plain(R"({"unknownValue":{"a":[1]}})", 1), "");
}

TEST(AnyValue, TellsIntegers) {
  for (const char* text : {"0", "-1", "9223372036854775807"}) EXPECT_TRUE(is_integer_text(text));
  for (const char* text : {"", "-", "+1", "01", "1.0", "1e3", " 1", "9223372036854775808", "--1"}) {
    EXPECT_FALSE(is_integer_text(text)) << text;
  }
}

}  // namespace
}  // namespace penstock::adapter
