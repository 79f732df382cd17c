#include "console/api/endpoints/stats_answers.h"

#include <gtest/gtest.h>

namespace penstock::console {
namespace {

template <class Write>
std::string written(Write write) {
  std::string text;
  json::Writer writer(text);
  writer.begin_object();
  write(writer);
  writer.end_object();
  return text;
}

TEST(StatsAnswers, SayARangeInSeconds) {
  const auto range = [](std::int64_t from_ms, std::int64_t to_ms) {
    return written([&](json::Writer& writer) { write_range(writer, {from_ms, to_ms}); });
  };
  EXPECT_EQ(range(1'000, 61'000), R"({"from":1,"to":61})");
  EXPECT_EQ(range(1'007, 61'250), R"({"from":1.007,"to":61.250})");
}

TEST(StatsAnswers, SayStepsAsTheyWereAskedFor) {
  const auto steps = [](const QueryReader::Steps& steps) {
    return written([&](json::Writer& writer) {
      write_steps(writer, {0, 7'200'000}, steps, {0, 3'600});
    });
  };
  QueryReader::Steps hours{};
  hours.length_s = 3'600;
  EXPECT_EQ(steps(hours), R"({"from":0,"to":7200,"step":3600,"t":[0,3600]})");
  QueryReader::Steps days{};
  days.name = "day";
  EXPECT_EQ(steps(days), R"({"from":0,"to":7200,"step":"day","t":[0,3600]})");
}

TEST(StatsAnswers, SayNullForWhatIsNotKnown) {
  const auto summary = [](const store::Summary& summary) {
    return written([&](json::Writer& writer) { write_summary(writer, summary); });
  };
  EXPECT_EQ(summary({}), R"({"events":0,"visitors":null,"bots":null,"newest_received_at":null})");
  EXPECT_EQ(summary({7, 3, 0, 1'800}),
            R"({"events":7,"visitors":3,"bots":0,"newest_received_at":1800})");
}

TEST(StatsAnswers, HaveNoAverageOfNoVisits) {
  const auto average = [](std::uint64_t seconds, std::uint64_t visits) {
    return written([&](json::Writer& w) { write_average_seconds(w, seconds, visits); });
  };
  EXPECT_EQ(average(0, 0), R"({"average_seconds":null})");
  EXPECT_EQ(average(9, 2), R"({"average_seconds":4})");
}

}  // namespace
}  // namespace penstock::console
