#include "intake/frame_cutter.h"

#include <algorithm>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "adapter/drain/logplex.h"
#include "adapter/drain/msgpack_head.h"

namespace penstock::intake {
namespace {

using namespace std::string_literals;
using ::testing::ElementsAre;

struct Cut {
  std::vector<std::string> pieces;
  std::vector<std::uint64_t> frames_before;
};

// All pieces of `text` where it comes `bytes` at a time, is cut wherever it can be, and no frame
// may be longer than `max`.
Cut cut(adapter::ReadFrameHead read_head, std::string_view text, std::size_t bytes = 1,
        std::size_t max = 1'000) {
  FrameCutter cutter(read_head);
  std::string buffer;
  Cut result;
  while (!text.empty()) {
    buffer += text.substr(0, bytes);
    text.remove_prefix(std::min(bytes, text.size()));
    cutter.look_at(buffer);
    if (cutter.cut() > 0) {
      result.frames_before.push_back(cutter.frames_before());
      result.pieces.push_back(buffer.substr(0, cutter.close_piece(buffer)));
      cutter.drop_piece(buffer);
    } else if (buffer.size() > max) {
      cutter.skip_event(buffer);
    }
  }
  if (!buffer.empty() && !cutter.is_skipping()) {
    result.frames_before.push_back(cutter.frames_before());
    result.pieces.push_back(buffer);
  }
  return result;
}

TEST(FrameCutterTest, CutsBetweenCountedLines) {
  const Cut one = cut(adapter::read_logplex_head, "3 abc4 d\ne\n0 5 5 xyz12 cut off");
  EXPECT_THAT(one.pieces, ElementsAre("3 abc", "4 d\ne\n", "0 ", "5 5 xyz", "12 cut off"));
  EXPECT_THAT(one.frames_before, ElementsAre(0, 1, 2, 3, 4));
  const Cut two = cut(adapter::read_logplex_head, "3 abc\n2 de4 d\ne\n0 5 5 xyz", 11);
  EXPECT_THAT(two.pieces, ElementsAre("3 abc\n2 de", "4 d\ne\n0 ", "5 5 xyz"));
  EXPECT_THAT(two.frames_before, ElementsAre(0, 2, 4));
}

// [time, {"k": "value"}], {}, [1, [2, 3]], and a map that holds maps.
TEST(FrameCutterTest, CutsBetweenValuesHoweverDeepTheyAre) {
  const std::string first = "\x92\xce\x01\x02\x03\x04\x81\xa1k\xa5value";
  const std::string third = "\x92\x01\x92\x02\x03";
  const std::string fourth =
      "\x82\xa1"
      "a\x81\xa1"
      "b\x80\xa1"
      "c\x90";
  const Cut got = cut(adapter::read_msgpack_head, first + "\x80" + third + fourth);
  EXPECT_THAT(got.pieces, ElementsAre(first, "\x80", third, fourth));
  EXPECT_THAT(got.frames_before, ElementsAre(0, 1, 2, 3));
}

TEST(FrameCutterTest, PassesOverAFrameThatIsTooLong) {
  const std::string text = "1 a30 " + std::string(30, 'x') + "1 b2 cc";
  const Cut got = cut(adapter::read_logplex_head, text, 1, 10);
  EXPECT_THAT(got.pieces, ElementsAre("1 a", "1 b", "2 cc"));
  EXPECT_THAT(got.frames_before, ElementsAre(0, 2, 3));
  const std::string deep = "\x92\xd9\x14" + std::string(20, 'x') + "\x93\x01\x02\x03";
  EXPECT_THAT(cut(adapter::read_msgpack_head, "\x01" + deep + "\x02", 1, 10).pieces,
              ElementsAre("\x01", "\x02"));
}

TEST(FrameCutterTest, GivesWhatIsBrokenToItsReaderAndNoMore) {
  EXPECT_THAT(cut(adapter::read_logplex_head, "1 a1 bno frame at all 1 c").pieces,
              ElementsAre("1 a", "1 b", "n"));
  EXPECT_THAT(cut(adapter::read_logplex_head, "1 a1 bno frame 1 c1 d", 12).pieces,
              ElementsAre("1 a1 bno fra"));
  EXPECT_THAT(cut(adapter::read_msgpack_head, "\x01\xc1\x02\x03").pieces,
              ElementsAre("\x01", "\xc1"));
  EXPECT_THAT(cut(adapter::read_msgpack_head, "\x92\x01\xc1\x02\x03").pieces,
              ElementsAre("\x92\x01\xc1"));
}

}  // namespace
}  // namespace penstock::intake
