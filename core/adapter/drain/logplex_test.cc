#include "adapter/drain/logplex.h"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace penstock::adapter {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

struct Taken {
  std::vector<std::string> frames;
  bool is_broken = false;
};
Taken taken(std::string_view body) {
  Taken taken;
  LogplexFrames frames(body);
  while (const auto frame = frames.next()) taken.frames.emplace_back(*frame);
  taken.is_broken = frames.is_broken();
  return taken;
}

TEST(Logplex, CountsBytes) {
  EXPECT_THAT(taken("3 abc4 d\ne\n0 5 5 xyz").frames, ElementsAre("abc", "d\ne\n", "", "5 xyz"));
  EXPECT_THAT(taken("2 ü\n2 ok").frames, ElementsAre("ü", "ok"));
  EXPECT_THAT(taken("").frames, IsEmpty());
  EXPECT_FALSE(taken("\n").is_broken);
}

TEST(Logplex, StopsWhereNoFrameBegins) {
  for (const char* body : {"1 a9 b", "1 aX", "1 a12", "1 a-1 b", "1 a1234567890 b", "1 a 1 b"}) {
    const Taken got = taken(body);
    EXPECT_THAT(got.frames, ElementsAre("a")) << body;
    EXPECT_TRUE(got.is_broken) << body;
  }
}

TEST(Logplex, TellsAFrameByItsHead) {
  using Kind = FrameHead::Kind;
  const FrameHead head = read_logplex_head("83 <40>1 …");
  EXPECT_EQ(head.kind, Kind::kHead);
  EXPECT_EQ(head.bytes, 3u);
  EXPECT_EQ(head.body_bytes, 83u);
  EXPECT_EQ(read_logplex_head("\r\n\n1 a").kind, Kind::kFiller);
  EXPECT_EQ(read_logplex_head("\r\n\n1 a").bytes, 3u);
  EXPECT_EQ(read_logplex_head("123456789").kind, Kind::kShort);
  for (const char* text : {"1234567890", "1x", "x", " ", "-1 a"}) {
    EXPECT_EQ(read_logplex_head(text).kind, Kind::kBroken) << text;
  }
}

TEST(Logplex, ReadsALine) {
  const LogplexLine line =
      read_logplex_line("<190>1 2026-11-25T10:44:22.1+00:00 host app web.1 - a - b\n");
  EXPECT_EQ(line.priority, 190);
  EXPECT_EQ(line.time, "2026-11-25T10:44:22.1+00:00");
  EXPECT_EQ(line.host, "host");
  EXPECT_EQ(line.app, "app");
  EXPECT_EQ(line.process, "web.1");
  EXPECT_EQ(line.message_id, "");
  EXPECT_EQ(line.message, "a - b");
  EXPECT_EQ(severity_name(190), "info");
  EXPECT_EQ(severity_name(11), "err");
}

TEST(Logplex, ReadsALineWithoutWords) {
  for (const char* frame : {"<13>1 t h a p -", "<13>1 t h a p - ", "<13>1 t h a p - \n"}) {
    const LogplexLine line = read_logplex_line(frame);
    EXPECT_EQ(line.process, "p") << frame;
    EXPECT_EQ(line.message, "") << frame;
  }
}

TEST(Logplex, TakesAnythingElseForAMessage) {
  for (const char* frame : {"", "a b c", "<190>1", "<190>1 t h", "<192>1 t h a p - m",
                            "<x>1 t h a p - m", "<1>2 t h a p - m", "<190 t h a p - m"}) {
    const LogplexLine line = read_logplex_line(frame);
    EXPECT_FALSE(line.priority) << frame;
    EXPECT_EQ(line.message, frame);
  }
}

}  // namespace
}  // namespace penstock::adapter
