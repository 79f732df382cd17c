#include "http/unpacker.h"

#include <gtest/gtest.h>
#include <zlib.h>
#include <zstd.h>

#include "base/text.h"

namespace penstock::http {
namespace {

std::string gzip_of(const std::string& text) {
  z_stream stream{};
  EXPECT_EQ(deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
  std::string out(text.size() + 100, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

std::string zstd_of(const std::string& text) {
  std::string out(ZSTD_compressBound(text.size()), '\0');
  out.resize(ZSTD_compress(out.data(), out.size(), text.data(), text.size(), 1));
  return out;
}

// What comes out, and "!" and why where it is not whole.
std::string unpacked(std::string_view packed, std::size_t step) {
  Unpacker unpacker(encoding_by_beginning(packed));
  std::string out;
  for (std::size_t at = 0; at < packed.size(); at += step) {
    const auto fed =
        unpacker.feed(packed.substr(at, step), [&out](std::string_view text) { out += text; });
    if (!fed) return str_cat(out, "!", to_text(fed.error()));
  }
  return unpacker.is_whole() ? out : out + "!cut off";
}

TEST(Unpacker, TakesPiecesOfAnySize) {
  std::string text;
  for (int i = 0; i < 20'000; ++i) text += str_cat("line ", i, "\n");
  text += std::string(3'000'000, 'x');  // Much comes out of little.
  for (const std::size_t step : {1'000u, 70'000u, 10'000'000u}) {
    EXPECT_EQ(unpacked(gzip_of(text), step), text);
    EXPECT_EQ(unpacked(zstd_of(text), step), text);
  }
  EXPECT_EQ(unpacked(gzip_of("a") + gzip_of("") + gzip_of("b") + std::string(9, '\0'), 1), "ab");
  EXPECT_EQ(unpacked(zstd_of("a") + zstd_of("b"), 3), "ab");
}

TEST(Unpacker, TellsWhatIsCutOffOrBroken) {
  std::string text;
  for (int i = 0; i < 20'000; ++i) text += str_cat("line ", i * 7919, "\n");
  for (std::string packed : {gzip_of(text), zstd_of(text)}) {
    packed.resize(packed.size() / 2);
    EXPECT_TRUE(unpacked(packed, 1'000).ends_with("!cut off"));
    packed.resize(20);
    EXPECT_NE(unpacked(packed + std::string(1'000, 'x'), 100).find('!'), std::string::npos);
  }
  EXPECT_EQ(encoding_by_beginning("plain"), Encoding::kIdentity);
  EXPECT_EQ(encoding_by_beginning(""), Encoding::kIdentity);
}

}  // namespace
}  // namespace penstock::http
