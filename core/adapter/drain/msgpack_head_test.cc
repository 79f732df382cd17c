#include "adapter/drain/msgpack_head.h"

#include <string>

#include <gtest/gtest.h>

namespace penstock::adapter {
namespace {

using namespace std::string_literals;
using Kind = FrameHead::Kind;

void expect_head(const std::string& text, std::size_t bytes, std::uint64_t body_bytes,
                 std::uint64_t values) {
  const FrameHead head = read_msgpack_head(text);
  EXPECT_EQ(head.kind, Kind::kHead);
  EXPECT_EQ(head.bytes, bytes);
  EXPECT_EQ(head.body_bytes, body_bytes);
  EXPECT_EQ(head.values, values);
}

TEST(MsgpackHeadTest, SaysWhatIsBehindIt) {
  expect_head("\x05", 1, 0, 0);
  expect_head("\xc0 and more", 1, 0, 0);
  expect_head("\xcf\0\0\0\0\0\0\0\1"s, 9, 0, 0);
  expect_head("\xa3two", 1, 3, 0);
  expect_head("\xdb\0\1\0\0"s, 5, 65'536, 0);
  expect_head("\xc4\x09", 2, 9, 0);
  expect_head("\xd7\0"s, 2, 8, 0);
  expect_head("\xc7\x0c\1", 3, 12, 0);
  expect_head("\x92", 1, 0, 2);
  expect_head("\xdd\xff\xff\xff\xff", 5, 0, 4'294'967'295);
  expect_head("\x82", 1, 0, 4);
  expect_head("\xdf\xff\xff\xff\xff", 5, 0, 8'589'934'590);
}

TEST(MsgpackHeadTest, WaitsForAllOfIt) {
  for (const std::string& text : {"\xcf\0\0"s, "\xdb\0"s, "\xc7\1"s, "\xd7"s, "\xde\1"s}) {
    EXPECT_EQ(read_msgpack_head(text).kind, Kind::kShort) << text.size();
  }
}

TEST(MsgpackHeadTest, RefusesTheByteThatIsNone) {
  EXPECT_EQ(read_msgpack_head("\xc1").kind, Kind::kBroken);
}

}  // namespace
}  // namespace penstock::adapter
