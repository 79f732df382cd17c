#include "http/stream_decoder.h"

#include <algorithm>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "http/coding_testing.h"

namespace penstock::http {
namespace {

struct Unpacked {
  std::string text;
  bool is_whole = false;
  Result<void> result;
};

// In pieces of `piece` bytes, with room for `room` bytes at a time.
Unpacked unpack(Encoding encoding, std::string_view packed, std::size_t piece, std::size_t room) {
  StreamDecoder decoder(encoding);
  Unpacked got;
  while (!packed.empty()) {
    std::string_view part = packed.substr(0, piece);
    packed.remove_prefix(part.size());
    for (;;) {
      std::string some;
      const auto taken = decoder.feed(part, room, some);
      if (!taken) {
        got.result = fail(taken.error());
        return got;
      }
      EXPECT_LE(some.size(), room);
      part.remove_prefix(*taken);
      got.text += some;
      if (some.size() < room) break;
    }
    EXPECT_EQ(part, "");
  }
  got.is_whole = decoder.is_whole();
  return got;
}

std::string long_text() {
  std::string text;
  for (int i = 0; i < 40'000; ++i) text += "line " + std::to_string(i * 7919 % 10'007) + "\n";
  return text;
}

struct Packed {
  const char* name;
  Encoding encoding;
  std::string (*pack)(std::string_view);
  bool has_checksum = true;
};

class StreamDecoderTest : public ::testing::TestWithParam<Packed> {};

TEST_P(StreamDecoderTest, UnpacksHoweverItIsCut) {
  const std::string text = long_text();
  const std::string packed = GetParam().pack(text);
  for (const std::size_t piece : {std::size_t{1}, std::size_t{1'000}, packed.size()}) {
    for (const std::size_t room : {std::size_t{777}, std::size_t{1} << 20}) {
      const Unpacked got = unpack(GetParam().encoding, packed, piece, room);
      ASSERT_TRUE(got.result.has_value()) << to_text(got.result.error());
      EXPECT_TRUE(got.is_whole);
      EXPECT_TRUE(got.text == text) << piece << ' ' << room;
    }
  }
}

TEST_P(StreamDecoderTest, KnowsThatTheEndIsMissing) {
  const std::string packed = GetParam().pack(long_text());
  for (const std::size_t bytes :
       {std::size_t{0}, std::size_t{1}, std::size_t{3}, packed.size() / 2, packed.size() - 1}) {
    const Unpacked got = unpack(GetParam().encoding, packed.substr(0, bytes), 4'096, 4'096);
    EXPECT_FALSE(got.is_whole) << bytes;
  }
}

TEST_P(StreamDecoderTest, RefusesWhatIsBroken) {
  std::string packed = GetParam().pack(long_text());
  if (GetParam().has_checksum) {
    for (std::size_t i = packed.size() / 3; i < packed.size() / 2; ++i) packed[i] = '\xff';
  } else {
    packed.front() = '\x06';  // A block of the kind that is not defined: RFC 1951, 3.2.3.
  }
  const Unpacked got = unpack(GetParam().encoding, packed, 4'096, 65'536);
  ASSERT_FALSE(got.result.has_value());
  EXPECT_EQ(got.result.error().code, ErrorCode::kRejected);
}

TEST_P(StreamDecoderTest, TakesPaddingBehindTheEndAndNothingElse) {
  const std::string packed = GetParam().pack("a text");
  const std::string padded = packed + std::string(100, '\0') + "\r\n";
  for (const std::size_t piece : {std::size_t{1}, padded.size()}) {
    const Unpacked got = unpack(GetParam().encoding, padded, piece, 100);
    EXPECT_TRUE(got.result.has_value());
    EXPECT_TRUE(got.is_whole);
    EXPECT_EQ(got.text, "a text");
  }
  const Unpacked followed = unpack(GetParam().encoding, packed + "what is this", 100, 100);
  ASSERT_FALSE(followed.result.has_value());
  EXPECT_EQ(followed.result.error().code, ErrorCode::kRejected);
}

INSTANTIATE_TEST_SUITE_P(Encodings, StreamDecoderTest,
                         ::testing::Values(Packed{"gzip", Encoding::kGzip, gzipped},
                                           Packed{"zlib", Encoding::kDeflate, zlibbed},
                                           Packed{"raw", Encoding::kDeflate, raw_deflated, false},
                                           Packed{"zstd", Encoding::kZstd, zstded}),
                         [](const auto& info) { return std::string(info.param.name); });

TEST(StreamDecoderOfSeveralTest, JoinsMembersAndFrames) {
  for (const std::size_t piece : {std::size_t{1}, std::size_t{1'000}}) {
    const Unpacked gzip = unpack(Encoding::kGzip, gzipped("one ") + gzipped("two"), piece, 100);
    EXPECT_EQ(gzip.text, "one two");
    EXPECT_TRUE(gzip.is_whole);
    const Unpacked zstd = unpack(Encoding::kZstd, zstded("one ") + zstded("two"), piece, 100);
    EXPECT_EQ(zstd.text, "one two");
    EXPECT_TRUE(zstd.is_whole);
  }
}

TEST(StreamDecoderOfSeveralTest, PassesOnWhatIsNotPacked) {
  const Unpacked got = unpack(Encoding::kIdentity, "as it is", 3, 2);
  EXPECT_EQ(got.text, "as it is");
  EXPECT_TRUE(got.is_whole);
}

TEST(StreamDecoderOfSeveralTest, KnowsWhatItIsByItsBeginning) {
  EXPECT_EQ(encoding_by_beginning(gzipped("a")), Encoding::kGzip);
  EXPECT_EQ(encoding_by_beginning(zstded("a")), Encoding::kZstd);
  EXPECT_EQ(encoding_by_beginning("plain"), Encoding::kIdentity);
  EXPECT_EQ(encoding_by_beginning(""), Encoding::kIdentity);
}

// A window of 128 MiB, as `zstd --long=27` asks for.
TEST(StreamDecoderOfSeveralTest, BoundsAZstdWindow) {
  constexpr char kFrame[] = "\x28\xb5\x2f\xfd\x00\x88\x01\x00\x00";
  const Unpacked got =
      unpack(Encoding::kZstd, std::string_view(kFrame, sizeof kFrame - 1), 100, 100);
  ASSERT_FALSE(got.result.has_value());
  EXPECT_EQ(got.result.error().code, ErrorCode::kOverloaded);
  StreamDecoder of_file(Encoding::kZstd, kZstdFileWindowLogMax);
  std::string out;
  EXPECT_TRUE(of_file.feed(std::string_view(kFrame, sizeof kFrame - 1), 100, out));
}

}  // namespace
}  // namespace penstock::http
