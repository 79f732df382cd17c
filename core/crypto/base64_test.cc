#include "crypto/base64.h"

#include <gtest/gtest.h>

namespace penstock::crypto {
namespace {

std::string decoded(std::string_view text) {
  std::string out = "before";
  if (!decode_base64(text, out)) {
    EXPECT_EQ(out, "");
    return "?";
  }
  return out;
}

TEST(Base64, TakesWhatClientsWrite) {
  EXPECT_EQ(decoded(""), "");
  EXPECT_EQ(decoded("YQ=="), "a");
  EXPECT_EQ(decoded("YQ"), "a");
  EXPECT_EQ(decoded("YWI="), "ab");
  EXPECT_EQ(decoded("YWJj"), "abc");
  EXPECT_EQ(decoded("YW\r\nJj\n"), "abc");
  EXPECT_EQ(decoded("+/+/"), "\xfb\xff\xbf");
  EXPECT_EQ(decoded("-_-_"), "\xfb\xff\xbf");
  EXPECT_EQ(decoded("-/+_"), "\xfb\xff\xbf");
  // As a form has it.
  EXPECT_EQ(decoded(" /-_"), decoded("+/+/"));
  EXPECT_EQ(decoded("Pj4 "), decoded("Pj4+"));
  EXPECT_EQ(decoded("Pj4 Pj4="), decoded("Pj4+Pj4="));
  EXPECT_EQ(decoded(std::string("AAAA")), std::string(3, '\0'));
}

TEST(Base64, RefusesWhatIsNone) {
  for (const std::string_view text :
       {"Y", "YWJjZ", "YQ=a", "{\"a\":1}", "\xff\xff", "YW%4A", "=YQ"}) {
    EXPECT_EQ(decoded(text), "?") << text;
  }
  EXPECT_EQ(decoded(std::string_view("YQ\0=", 4)), "?");
}

// What is usual is read four characters at a time, the rest by the library.
TEST(Base64, ReadsTheSameWhereverALineBreaksAndRefusesWhateverIsBroken) {
  std::string bytes;
  for (int i = 0; i < 20; ++i) bytes += static_cast<char>(i * 13);
  const std::string text = encode_base64(bytes);
  for (std::size_t at = 0; at < text.size(); ++at) {
    std::string changed = text;
    changed.insert(at, "\r\n");
    EXPECT_EQ(decoded(changed), bytes) << at;
    changed = text;
    changed.insert(at, "!");
    EXPECT_EQ(decoded(changed), "?") << at;
  }
}

TEST(Base64, WritesWhatItReads) {
  EXPECT_EQ(encode_base64(""), "");
  EXPECT_EQ(encode_base64("a"), "YQ==");
  std::string bytes;
  for (int i = 0; i < 256; ++i) {
    EXPECT_EQ(decoded(encode_base64(bytes)), bytes);
    bytes += static_cast<char>(i);
  }
}

}  // namespace
}  // namespace penstock::crypto
