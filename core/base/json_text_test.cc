#include "base/json_text.h"

#include <gtest/gtest.h>

namespace penstock {
namespace {

std::string as_json(std::string_view text) {
  std::string out;
  append_json_string(out, text);
  return out;
}

TEST(JsonText, EscapesWhatWouldBreakJsonAPageOrATerminal) {
  EXPECT_EQ(as_json("a\"b\\c/d"), R"("a\"b\\c/d")");
  EXPECT_EQ(as_json(std::string_view("\0\x1f\n\r\t\b", 6)), R"("\u0000\u001f\n\r\t\u0008")");
  EXPECT_EQ(as_json("\x7f|\xc2\x80|\xc2\x9b|\xc2\xa0"), "\"\\u007f|\\u0080|\\u009b|\xc2\xa0\"");
  EXPECT_EQ(as_json("</script><!--&"), R"("\u003c/script\u003e\u003c!--\u0026")");
  EXPECT_EQ(as_json("\xe2\x80\xa8\xe2\x80\xa9\xe2\x80\xaa"), "\"\\u2028\\u2029\xe2\x80\xaa\"");
  EXPECT_EQ(as_json(""), R"("")");
}

// Texts are looked at in blocks: each byte at each place of one, alone and beside another.
TEST(JsonText, WritesAByteTheSameAtAnyPlace) {
  for (int byte = 0; byte < 256; ++byte) {
    const std::string one(1, static_cast<char>(byte));
    std::string escaped;
    append_json_string(escaped, one);
    const std::string inner = escaped.substr(1, escaped.size() - 2);
    for (std::size_t at = 0; at < 36; ++at) {
      const std::string before(at, 'a');
      std::string out;
      append_json_string(out, before + one + before + one + "zz");
      ASSERT_EQ(out, "\"" + before + inner + before + inner + "zz\"") << byte << " at " << at;
    }
  }
}

TEST(JsonText, WritesWhatStandsAroundItAsItIs) {
  for (const std::string_view text : {"", "a", "a\"b", "</"}) {
    for (const std::size_t bytes : {0u, 1u, 200u, 248u, 249u, 250u, 251u, 252u, 300u}) {
      const std::string whole = std::string(bytes, 'x') + std::string(text);
      std::string out = "{";
      append_json_string(out, whole, ",", ":");
      EXPECT_EQ(out, "{," + as_json(whole) + ":") << bytes;
    }
  }
}

TEST(JsonText, ReplacesWhatIsNotUtf8) {
  EXPECT_EQ(as_json("h\xc3\xa9"), "\"h\xc3\xa9\"");
  EXPECT_EQ(as_json("a\xff\xc3z\xe2\x82"),
            "\"a\xef\xbf\xbd\xef\xbf\xbdz\xef\xbf\xbd\xef\xbf\xbd\"");
}

}  // namespace
}  // namespace penstock
