#include "adapter/sentry/store_body.h"

#include <gtest/gtest.h>

#include "crypto/base64.h"

namespace penstock::adapter {
namespace {

// zlib.compress(b'{"message":"m"}')
constexpr unsigned char kPacked[] = {0x78, 0x9c, 0xab, 0x56, 0xca, 0x4d, 0x2d, 0x2e,
                                     0x4e, 0x4c, 0x4f, 0x55, 0xb2, 0x52, 0xca, 0x55,
                                     0xaa, 0x05, 0x00, 0x2a, 0xb6, 0x05, 0x0d};
constexpr std::string_view kJson = R"({"message":"m"})";

std::string unpacked(std::string_view body) {
  std::string scratch;
  return std::string(unpacked_store(body, scratch));
}

TEST(StoreBody, UndoesBase64AndZlib) {
  const std::string packed(reinterpret_cast<const char*>(kPacked), sizeof kPacked);
  EXPECT_EQ(unpacked(kJson), kJson);
  EXPECT_EQ(unpacked(packed), kJson);
  EXPECT_EQ(unpacked(crypto::encode_base64(packed)), kJson);
  EXPECT_EQ(unpacked(crypto::encode_base64(packed) + "\n"), kJson);
  EXPECT_EQ(unpacked(crypto::encode_base64(kJson)), kJson);
  for (const std::string_view bad : {"", "x", "====", "eJyrVspNLS5OTE9VslLKVaoFACecBR", "[1]"}) {
    EXPECT_EQ(unpacked(bad), "") << bad;
  }
  EXPECT_EQ(unpacked(packed.substr(0, 12)), "");
}

TEST(StoreBody, RepairsNumbersThatAreNone) {
  std::string out;
  EXPECT_TRUE(repair_numbers(R"({"a":NaN,"b":[-Infinity,Infinity],"c":"NaN \" NaN","d":1})", out));
  EXPECT_EQ(out, R"({"a":null,"b":[null,null],"c":"NaN \" NaN","d":1})");
  EXPECT_FALSE(repair_numbers(R"({"a":"NaN"})", out));
  EXPECT_FALSE(repair_numbers(R"({"a":"\)", out));
}

}  // namespace
}  // namespace penstock::adapter
