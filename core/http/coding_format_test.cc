#include "http/coding_format.h"

#include <gtest/gtest.h>
#include <zstd.h>

#include "http/coding_testing.h"

namespace penstock::http {
namespace {

TEST(CodingFormatTest, TellsStreamsByTheirFirstBytes) {
  EXPECT_TRUE(looks_like_zlib(zlibbed("a text")));
  EXPECT_FALSE(looks_like_zlib(raw_deflated("a text")));
  EXPECT_FALSE(looks_like_zlib("x"));
  EXPECT_TRUE(begins_zstd_frame(zstded("a text")));
  EXPECT_TRUE(begins_zstd_frame("\x5f\x2a\x4d\x18"));  // One to be skipped.
  // As zstd 0.7 wrote it.
  EXPECT_FALSE(begins_zstd_frame("\x27\xb5\x2f\xfd"));
  EXPECT_FALSE(begins_zstd_frame("\x28\xb5\x2f"));
}

TEST(CodingFormatTest, KnowsWhatFillsUp) {
  EXPECT_TRUE(is_padding(std::string_view("\0 \r\n\t", 5)));
  EXPECT_TRUE(is_padding(""));
  EXPECT_FALSE(is_padding(" x"));
}

TEST(CodingFormatTest, SaysWhoseFaultItIs) {
  const std::size_t broken = ZSTD_decompress(nullptr, 0, "\x28\xb5\x2f\xfdxxxxxxxxxxxx", 16);
  ASSERT_NE(ZSTD_isError(broken), 0u);
  EXPECT_EQ(fail_zstd(broken).value().code, ErrorCode::kRejected);
  EXPECT_EQ(fail_too_large().value().code, ErrorCode::kOverloaded);
}

}  // namespace
}  // namespace penstock::http
