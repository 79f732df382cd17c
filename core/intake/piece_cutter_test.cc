#include "intake/piece_cutter.h"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace penstock::intake {
namespace {

using ::testing::ElementsAre;

// All pieces of `text` where it comes `bytes` at a time and is cut wherever it can be.
std::vector<std::string> pieces_of(std::string_view text, std::size_t bytes = 1,
                                   bool is_run = false) {
  PieceCutter cutter(is_run);
  std::string buffer;
  std::vector<std::string> pieces;
  while (!text.empty()) {
    buffer += text.substr(0, bytes);
    text.remove_prefix(std::min(bytes, text.size()));
    cutter.look_at(buffer);
    if (cutter.cut() == 0) continue;
    pieces.push_back(buffer.substr(0, cutter.close_piece(buffer)));
    cutter.drop_piece(buffer);
  }
  if (!buffer.empty()) pieces.push_back(buffer);
  return pieces;
}

TEST(PieceCutterTest, CutsBetweenLines) {
  EXPECT_THAT(pieces_of("{\"a\":1}\n{\"b\":\"[,\"}\r\n\nlast"),
              ElementsAre("{\"a\":1}\n", "{\"b\":\"[,\"}\r\n", "\n", "last"));
  EXPECT_THAT(pieces_of("one\ntwo\nthree\nfo", 9), ElementsAre("one\ntwo\n", "three\n", "fo"));
}

TEST(PieceCutterTest, CutsBetweenAnArraysElements) {
  EXPECT_THAT(pieces_of(R"( [ {"a":[1,2]}, {"b":"],\"[,"},3 ] )"),
              ElementsAre(R"( [ {"a":[1,2]}])", R"([ {"b":"],\"[,"}])", "[3 ] "));
  EXPECT_THAT(pieces_of(R"([1,2,3,4,5])", 4), ElementsAre("[1]", "[2,3]", "[4]", "[5]"));
}

TEST(PieceCutterTest, CutsARunBehindEachValue) {
  EXPECT_THAT(pieces_of(R"({"a":"}\"{"}{"b":[{}]} [1,2]{"c":1)", 1, true),
              ElementsAre(R"({"a":"}\"{"})", R"({"b":[{}]})", " [1,2]", R"({"c":1)"));
  EXPECT_THAT(pieces_of("{}{}\n[]no JSON\n{}", 4, true),
              ElementsAre("{}{}", "\n[]", "no JSON\n", "{}"));
  EXPECT_THAT(pieces_of("}]{}", 1, true), ElementsAre("}", "]", "{}"));
  EXPECT_THAT(pieces_of("no \"JSON\n{\"a\":\"}\"}{}", 1, true),
              ElementsAre("no \"JSON\n", "{\"a\":\"}\"}", "{}"));
}

TEST(PieceCutterTest, LeavesAloneWhatHasOneElement) {
  EXPECT_THAT(pieces_of(R"([{"a":1,"b":[1,2]}])"), ElementsAre(R"([{"a":1,"b":[1,2]}])"));
  EXPECT_THAT(pieces_of("no line end"), ElementsAre("no line end"));
  EXPECT_THAT(pieces_of(" \n "), ElementsAre(" \n "));
}

// As pieces_of(), where no event may be longer than `max`.
std::vector<std::string> short_pieces_of(std::string_view text, std::size_t max,
                                         bool is_run = false) {
  PieceCutter cutter(is_run);
  std::string buffer;
  std::vector<std::string> pieces;
  for (const char c : text) {
    buffer += c;
    cutter.look_at(buffer);
    if (cutter.cut() > 0) {
      pieces.push_back(buffer.substr(0, cutter.close_piece(buffer)));
      cutter.drop_piece(buffer);
    } else if (buffer.size() > max) {
      cutter.skip_event(buffer);
    }
  }
  if (!cutter.is_skipping() && !buffer.empty()) pieces.push_back(buffer);
  return pieces;
}

TEST(PieceCutterTest, TakesOutWhatIsTooLong) {
  EXPECT_THAT(short_pieces_of("ab\nmuch too long\ncd\nef", 4), ElementsAre("ab\n", "cd\n", "ef"));
  EXPECT_THAT(short_pieces_of("ab\nmuch too long", 4), ElementsAre("ab\n"));
  EXPECT_THAT(short_pieces_of(R"([12,"too, [long\"",{"a":[1,2,3]},34,56])", 5),
              ElementsAre("[12]", "[34]", "[56]"));
  EXPECT_THAT(short_pieces_of(R"([12,"much too long"])", 5), ElementsAre("[12]"));
  EXPECT_THAT(short_pieces_of(R"({"a"}{"too":"}{"}{"b"}[too,long]{})", 5, true),
              ElementsAre(R"({"a"})", R"({"b"})", "{}"));
}

TEST(PieceCutterTest, KeepsWhatIsNoJson) {
  EXPECT_THAT(pieces_of("[]]]],x"), ElementsAre("[]]]],x"));
  EXPECT_THAT(pieces_of("[1\n2\n,3"), ElementsAre("[1\n2\n]", "[3"));
}

}  // namespace
}  // namespace penstock::intake
