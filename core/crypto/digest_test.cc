#include "crypto/digest.h"

#include <gtest/gtest.h>

#include "base/text.h"

namespace penstock::crypto {
namespace {

std::string hex_of(const Digest& digest) {
  std::string text;
  append_hex(text, {reinterpret_cast<const char*>(digest.data()), digest.size()});
  return text;
}

TEST(Digest, KnowsWhereItsFirstPartEnds) {
  EXPECT_EQ(digest_of("ab", "c"), digest_of("ab", "c"));
  EXPECT_NE(digest_of("ab", "c"), digest_of("a", "bc"));
  EXPECT_NE(digest_of("", "abc"), digest_of("abc", ""));
}

// hashlib.blake2b((2).to_bytes(8, "little") + b"abc", digest_size=16): ids rest on it.
TEST(Digest, IsBlake2bOfTheLengthAndBothParts) {
  EXPECT_EQ(hex_of(digest_of("ab", "c")), "873e9ea3d2c2455815354be805b8cd08");
}

// hashlib.sha256(b"abc").digest()[:16], and of a million letters (FIPS 180-4's examples).
TEST(Digest, OfContentIsSha256) {
  EXPECT_EQ(hex_of(digest_of_content("abc")), "ba7816bf8f01cfea414140de5dae2223");
  EXPECT_EQ(hex_of(digest_of_content(std::string(1'000'000, 'a'))),
            "cdc76e5c9914fb9281a1c7e284d73e67");
  EXPECT_EQ(hex_of(digest_of_content("")), "e3b0c44298fc1c149afbf4c8996fb924");
}

}  // namespace
}  // namespace penstock::crypto
