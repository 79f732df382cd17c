#include "http/body_decoder.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <zlib.h>
#include <zstd.h>

#include "base/bytes.h"
#include "base/text.h"
#include "http/coding_testing.h"

namespace penstock::http {
namespace {

constexpr std::size_t kMiB = 1'048'576;

// As a sender that does not know the length ahead: no content size, the level's full window.
std::string zstd_streamed(std::string_view text, int window_log) {
  ZSTD_CCtx* const context = ZSTD_createCCtx();
  ZSTD_CCtx_setParameter(context, ZSTD_c_windowLog, window_log);
  std::string out(ZSTD_compressBound(text.size()) + 64, '\0');
  ZSTD_outBuffer output{out.data(), out.size(), 0};
  ZSTD_inBuffer first{text.data(), text.size(), 0};
  ZSTD_compressStream2(context, &output, &first, ZSTD_e_flush);
  ZSTD_inBuffer last{nullptr, 0, 0};
  EXPECT_EQ(ZSTD_compressStream2(context, &output, &last, ZSTD_e_end), 0U);
  ZSTD_freeCCtx(context);
  out.resize(output.pos);
  return out;
}

struct Coding {
  const char* name;
  Encoding encoding;
  std::string (*encode)(std::string_view);
};

const Coding kCodings[] = {
    {"gzip", Encoding::kGzip, gzipped},
    {"zlib", Encoding::kDeflate, zlibbed},
    {"raw", Encoding::kDeflate, raw_deflated},
    {"zstd", Encoding::kZstd, zstded},
};

std::string sample(std::size_t bytes) {
  std::string text;
  for (int i = 0; text.size() < bytes; ++i)
    text += str_cat(R"({"name":"view","n":)", i * 7919, "}\n");
  text.resize(bytes);
  return text;
}

ErrorCode code_of(const Result<void>& result) {
  EXPECT_FALSE(result);
  return result ? ErrorCode::kConfiguration : result.error().code;
}

TEST(EncodingOf, KnowsTheFourAndNoList) {
  const auto codings = [](std::string_view header) -> std::optional<std::vector<Encoding>> {
    const auto found = codings_of(header);
    if (!found) return std::nullopt;
    return std::vector<Encoding>(found->list.data(), found->list.data() + found->count);
  };
  using List = std::vector<Encoding>;
  for (const char* header : {"", "identity", " Identity ", ",", " , ,", "identity, identity"}) {
    EXPECT_EQ(codings(header), List()) << header;
  }
  EXPECT_EQ(codings("gzip"), List{Encoding::kGzip});
  EXPECT_EQ(codings(" X-GZIP "), List{Encoding::kGzip});
  EXPECT_EQ(codings("Deflate"), List{Encoding::kDeflate});
  EXPECT_EQ(codings("zstd,"), List{Encoding::kZstd});
  EXPECT_EQ(codings("identity, gzip"), List{Encoding::kGzip});
  EXPECT_EQ(codings(",gzip ,, identity"), List{Encoding::kGzip});
  EXPECT_EQ(codings("deflate, gzip"), (List{Encoding::kDeflate, Encoding::kGzip}));
  EXPECT_EQ(codings("gzip,gzip,gzip,gzip")->size(), kCodingsMax);
  for (const char* header :
       {"br", "gzip, br", "gzip;q=1", "*", "gzip gzip", "gzip,gzip,gzip,gzip,gzip"}) {
    EXPECT_EQ(codings(header), std::nullopt) << header;
  }
}

TEST(BodyDecoder, GivesBackWhatWasEncoded) {
  BodyDecoder decoder;
  std::string out = "old";
  for (const Coding& coding : kCodings) {
    for (const std::size_t bytes : {std::size_t{0}, std::size_t{1}, std::size_t{300},
                                    std::size_t{4'096}, std::size_t{100'000}, 2 * kMiB}) {
      const std::string text = sample(bytes);
      const auto result = decoder.decode(coding.encoding, coding.encode(text), 4 * kMiB, out);
      ASSERT_TRUE(result) << coding.name << " " << bytes << " " << to_text(result.error());
      EXPECT_EQ(out, text) << coding.name;
      EXPECT_GE(out.capacity(), out.size() + kReadablePadding);
    }
  }
}

TEST(BodyDecoder, CopiesIdentityWithinTheBound) {
  BodyDecoder decoder;
  std::string out;
  EXPECT_TRUE(decoder.decode(Encoding::kIdentity, "0123456789", 10, out));
  EXPECT_EQ(out, "0123456789");
  EXPECT_GE(out.capacity(), out.size() + kReadablePadding);
  EXPECT_EQ(code_of(decoder.decode(Encoding::kIdentity, "01234567890", 10, out)),
            ErrorCode::kOverloaded);
}

TEST(BodyDecoder, HoldsTheBoundToTheByte) {
  BodyDecoder decoder;
  for (const Coding& coding : kCodings) {
    for (const std::size_t bytes : {std::size_t{1}, std::size_t{4'096}, std::size_t{100'000}}) {
      const std::string body = coding.encode(sample(bytes));
      std::string out;
      EXPECT_TRUE(decoder.decode(coding.encoding, body, bytes, out)) << coding.name;
      EXPECT_EQ(out.size(), bytes);
      EXPECT_EQ(code_of(decoder.decode(coding.encoding, body, bytes - 1, out)),
                ErrorCode::kOverloaded)
          << coding.name;
    }
  }
}

TEST(BodyDecoder, StopsABomb) {
  BodyDecoder decoder;
  const std::string zeros(10 * kMiB, '\0');
  for (const Coding& coding : kCodings) {
    const std::string bomb = coding.encode(zeros);
    ASSERT_LT(bomb.size(), 20'000U);
    std::string out;
    EXPECT_EQ(code_of(decoder.decode(coding.encoding, bomb, kMiB, out)), ErrorCode::kOverloaded)
        << coding.name;
    EXPECT_LE(out.capacity(), kMiB + kReadablePadding) << coding.name;

    EXPECT_TRUE(decoder.decode(coding.encoding, coding.encode("after"), kMiB, out));
    EXPECT_EQ(out, "after");
  }
}

TEST(BodyDecoder, StopsABombOfManyMembers) {
  BodyDecoder decoder;
  const std::string member = gzipped(std::string(300'000, 'a'));
  std::string out;
  EXPECT_TRUE(decoder.decode(Encoding::kGzip, member + member + member, kMiB, out));
  EXPECT_EQ(code_of(decoder.decode(Encoding::kGzip, member + member + member + member, kMiB, out)),
            ErrorCode::kOverloaded);
}

TEST(BodyDecoder, JoinsMembersAndFrames) {
  BodyDecoder decoder;
  std::string out;
  ASSERT_TRUE(
      decoder.decode(Encoding::kGzip, gzipped("one ") + gzipped("") + gzipped("two"), 100, out));
  EXPECT_EQ(out, "one two");
  const std::string skippable("\x50\x2a\x4d\x18\x03\x00\x00\x00xyz", 11);
  ASSERT_TRUE(
      decoder.decode(Encoding::kZstd, zstded("one ") + skippable + zstded("two"), 100, out));
  EXPECT_EQ(out, "one two");
}

TEST(BodyDecoder, RefusesWhatIsCutOff) {
  BodyDecoder decoder;
  const std::string text = sample(500);
  for (const Coding& coding : kCodings) {
    const std::string body = coding.encode(text);
    for (std::size_t bytes = 0; bytes < body.size(); ++bytes) {
      std::string out;
      EXPECT_EQ(code_of(decoder.decode(coding.encoding, body.substr(0, bytes), kMiB, out)),
                ErrorCode::kRejected)
          << coding.name << " " << bytes;
    }
  }
}

TEST(BodyDecoder, RefusesBytesBehindTheEnd) {
  BodyDecoder decoder;
  for (const Coding& coding : kCodings) {
    for (const std::string_view tail : {"x", "garbage behind the end", "\n\n\x1f", "\n{}"}) {
      std::string out;
      EXPECT_EQ(
          code_of(decoder.decode(coding.encoding, coding.encode("text").append(tail), kMiB, out)),
          ErrorCode::kRejected)
          << coding.name;
    }
  }
}

TEST(BodyDecoder, RefusesWhatIsDamaged) {
  BodyDecoder decoder;
  std::string gzip = gzipped(sample(500));
  gzip[gzip.size() - 6] = static_cast<char>(gzip[gzip.size() - 6] ^ 1);  // Of its checksum.
  std::string out;
  EXPECT_EQ(code_of(decoder.decode(Encoding::kGzip, gzip, kMiB, out)), ErrorCode::kRejected);
  for (const Encoding encoding : {Encoding::kGzip, Encoding::kDeflate, Encoding::kZstd}) {
    EXPECT_EQ(code_of(decoder.decode(encoding, "{\"name\":\"plain\"}", kMiB, out)),
              ErrorCode::kRejected);
  }
  EXPECT_EQ(code_of(decoder.decode(Encoding::kUnknown, "x", kMiB, out)), ErrorCode::kRejected);
}

// Their decoders allocate whatever window a frame of a few bytes asks for.
TEST(BodyDecoder, RefusesTheFormatsBeforeZstd1) {
  const std::string version_0_7("\x27\xb5\x2f\xfd\x00\x58\x40\x00\x04text\xc0\x00\x00", 16);
  BodyDecoder decoder;
  std::string out;
  EXPECT_EQ(code_of(decoder.decode(Encoding::kZstd, version_0_7, kMiB, out)), ErrorCode::kRejected);
  EXPECT_EQ(code_of(decoder.decode(Encoding::kZstd, zstded("now ") + version_0_7, kMiB, out)),
            ErrorCode::kRejected);
}

TEST(BodyDecoder, BoundsTheWindowOfZstd) {
  BodyDecoder decoder;
  std::string out;
  EXPECT_TRUE(decoder.decode(Encoding::kZstd, zstd_streamed("text", 23), kMiB, out));
  EXPECT_EQ(out, "text");
  EXPECT_EQ(code_of(decoder.decode(Encoding::kZstd, zstd_streamed("text", 24), kMiB, out)),
            ErrorCode::kOverloaded);
}

TEST(BodyDecoder, PassesOverZerosAndWhiteSpaceBehindTheEnd) {
  BodyDecoder decoder;
  for (const Coding& coding : kCodings) {
    for (const std::string& tail : {std::string("\n"), std::string("\r\n"), std::string(512, '\0'),
                                    std::string(" \t\n\0", 4)}) {
      std::string out;
      EXPECT_TRUE(decoder.decode(coding.encoding, coding.encode("text") + tail, kMiB, out))
          << coding.name;
      EXPECT_EQ(out, "text") << coding.name;
    }
  }
}

TEST(BodyDecoder, UndoesSeveralCodingsTheLastFirst) {
  BodyDecoder decoder;
  std::string out;
  ASSERT_TRUE(decoder.decode(*codings_of("deflate, gzip"), gzipped(zlibbed("two")), kMiB, out));
  EXPECT_EQ(out, "two");
  ASSERT_TRUE(decoder.decode(*codings_of("gzip, zstd, identity, x-gzip"),
                             gzipped(zstded(gzipped("three"))), kMiB, out));
  EXPECT_EQ(out, "three");
  EXPECT_GE(out.capacity() - out.size(), kReadablePadding);
  ASSERT_TRUE(decoder.decode(*codings_of("identity"), "none", kMiB, out));
  EXPECT_EQ(out, "none");
  EXPECT_EQ(code_of(decoder.decode(*codings_of("gzip, gzip"), gzipped("once"), kMiB, out)),
            ErrorCode::kRejected);
  // Each of them is bound, also those between.
  const std::string bomb = gzipped(gzipped(std::string(4 * kMiB, 'b')));
  EXPECT_EQ(code_of(decoder.decode(*codings_of("gzip, gzip"), bomb, kMiB, out)),
            ErrorCode::kOverloaded);
}

}  // namespace
}  // namespace penstock::http
