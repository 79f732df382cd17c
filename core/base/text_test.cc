#include "base/text.h"

#include <gtest/gtest.h>

namespace penstock {
namespace {

std::string rfc3339(std::int64_t ms) {
  std::string out;
  append_rfc3339(out, ms);
  return out;
}

TEST(Text, WritesATimeAsRfc3339) {
  EXPECT_EQ(rfc3339(0), "1970-01-01T00:00:00.000Z");
  EXPECT_EQ(rfc3339(1'795'515'837'312), "2026-11-24T10:23:57.312Z");
  EXPECT_EQ(day_text(1'795'515'837'312), "2026-11-24");
}

TEST(Text, ReadsWhatItWrites) {
  for (const std::int64_t ms : {0LL, 951'782'400'000LL, 1'795'515'837'312LL}) {
    EXPECT_EQ(parse_rfc3339(rfc3339(ms)), ms);
  }
}

TEST(Text, ReadsOffsetsAndFractions) {
  EXPECT_EQ(parse_rfc3339("2026-11-24T12:23:57+02:00"), 1'795'515'837'000);
  EXPECT_EQ(parse_rfc3339("2026-11-24 10:23:57.1Z"), 1'795'515'837'100);
  EXPECT_EQ(parse_rfc3339("2026-11-24t10:23:57.123456z"), 1'795'515'837'123);
  EXPECT_EQ(parse_rfc3339("2026-11-24"), 1'795'478'400'000);
}

TEST(Text, RefusesTimesThatDoNotExist) {
  for (const char* text :
       {"", "2026", "2026-13-01", "2026-02-30", "2026-11-24T25:00:00Z", "2026-11-24T10:23:57",
        "2026-11-24T10:23:57.Z", "-026-11-24", "2026-11-24T10:23:57Zx", "2026-11-24T10:61:00Z"}) {
    EXPECT_FALSE(parse_rfc3339(text)) << text;
  }
}

TEST(Text, RefusesATimeThatIsCutShortOrHasOtherBytes) {
  const std::string whole = "2026-11-24T10:23:57.123+01:00";
  for (std::size_t bytes = 0; bytes < whole.size(); ++bytes) {
    const bool is_whole = bytes == 10 || bytes == 26;  // A date alone, "+01".
    EXPECT_EQ(parse_rfc3339(whole.substr(0, bytes)).has_value(), is_whole) << bytes;
    for (const char c : {'/', ':', '\0', '\xb1', 'x'}) {
      std::string changed = whole;
      changed[bytes] = c;
      EXPECT_EQ(parse_rfc3339(changed).has_value(), changed == whole) << changed;
    }
  }
  EXPECT_EQ(parse_rfc3339(whole), 1'795'512'237'123);
}

TEST(Text, ReadsHexBothWays) {
  std::string out;
  append_hex(out, std::string_view("\x00\xff\x1a", 3));
  EXPECT_EQ(out, "00ff1a");
  EXPECT_EQ(parse_hex("00fF1a"), std::string("\x00\xff\x1a", 3));
  EXPECT_FALSE(parse_hex("0"));
  EXPECT_FALSE(parse_hex("0g"));
}

TEST(Text, ComparesWithoutCase) {
  EXPECT_TRUE(equals_ignoring_case("", std::string_view()));
  EXPECT_TRUE(equals_ignoring_case("Content-Length", "cONTENT-lENGTH"));
  EXPECT_FALSE(equals_ignoring_case("Content-Length", "content-lengt"));
  EXPECT_FALSE(equals_ignoring_case("Content-Length", "content_length"));
  EXPECT_FALSE(equals_ignoring_case("content-length\xC1", "content-length\xE1"));
}

// Each byte against each other one, at every place within and behind a word of eight.
TEST(Text, FoldsTheCaseOfLettersAlone) {
  const auto lowered = [](int byte) { return byte >= 'A' && byte <= 'Z' ? byte + 0x20 : byte; };
  for (int x = 0; x < 256; ++x) {
    for (int y = 0; y < 256; ++y) {
      const bool is_same = lowered(x) == lowered(y);
      const std::size_t at = static_cast<std::size_t>(x + y) % 19;
      std::string a(19, 'k');
      std::string b(19, 'K');
      a[at] = static_cast<char>(x);
      b[at] = static_cast<char>(y);
      ASSERT_EQ(equals_ignoring_case(a, b), is_same) << x << " " << y << " at " << at;
      ASSERT_EQ(equals_ignoring_case(a.substr(at, 1), b.substr(at, 1)), is_same) << x << " " << y;
    }
  }
}

}  // namespace
}  // namespace penstock
