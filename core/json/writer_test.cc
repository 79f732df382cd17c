#include "json/writer.h"

#include <cmath>
#include <limits>
#include <optional>
#include <string>

#include <gtest/gtest.h>

#include "json/reader.h"

namespace penstock::json {
namespace {

std::string as_json(std::string_view text) {
  std::string out;
  Writer(out).value(text);
  return out;
}

TEST(Writer, PlacesCommas) {
  std::string out;
  Writer w(out);

  w.begin_object();
  w.member("a", 1).member("b", "x").key("c").begin_array();
  w.value(true).null().value(std::uint64_t{18'446'744'073'709'551'615u});
  w.begin_object().end_object().begin_array().end_array();
  w.end_array().key("d").raw(R"({"e":[]})").member("f", std::string("s"));
  w.end_object();

  EXPECT_EQ(out,
            R"({"a":1,"b":"x","c":[true,null,18446744073709551615,{},[]],"d":{"e":[]},"f":"s"})");
}

TEST(Writer, WritesNullForWhatIsNone) {
  std::string out;
  Writer w(out);
  w.begin_object();
  w.member("a", std::optional<double>(0.5)).member("b", std::optional<bool>());
  w.member("c", std::optional<std::string>("")).member("d", std::optional<std::string>());
  w.member_or_null("e", "x").member_or_null("f", "").member_or_null("g", std::string());
  w.member_or_null("h", 7).member_or_null("i", std::int64_t{0}).member_or_null("j", -1);
  w.end_object();
  EXPECT_EQ(out, R"({"a":0.5,"b":null,"c":"","d":null,"e":"x","f":null,"g":null,"h":7,"i":null,)"
                 R"("j":null})");
}

TEST(Writer, WritesNumbersThatReadBackTheSame) {
  const auto text = [](double number) {
    std::string out;
    Writer(out).value(number);
    return out;
  };
  EXPECT_EQ(text(0.1), "0.1");
  EXPECT_EQ(text(-3), "-3");
  EXPECT_EQ(text(std::nan("")), "null");
  EXPECT_EQ(text(std::numeric_limits<double>::infinity()), "null");
  for (const double number : {1e300, 5e-324, 1.0 / 3, 123456789.123}) {
    Reader reader;
    EXPECT_TRUE(reader.read(text(number), [&](Value& root) -> Result<void> {
      EXPECT_EQ(root.number().value(), number);
      return {};
    }));
  }
}

TEST(Writer, WritesEveryTextSoThatTheReaderGivesItBack) {
  std::string all;
  for (int c = 0; c < 128; ++c) all += static_cast<char>(c);
  all += "\xe2\x80\xa8 \xf0\x9f\x98\x80";
  Reader reader;
  std::string_view back;
  const std::string json = as_json(all);
  ASSERT_TRUE(reader.read(json, [&](Value& root) -> Result<void> {
    back = *root.string();
    return {};
  }));
  EXPECT_EQ(back, all);
}

}  // namespace
}  // namespace penstock::json
