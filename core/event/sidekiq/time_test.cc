#include "event/sidekiq/time.h"

#include <gtest/gtest.h>

namespace penstock::event {
namespace {

std::optional<std::int64_t> read(std::string text) {
  text.reserve(text.size() + 64);
  json::Reader reader;
  std::optional<std::int64_t> ms;
  EXPECT_TRUE(reader.read(text, [&](json::Value& value) -> Result<void> {
    ms = read_sidekiq_time(value);
    return {};
  }));
  return ms;
}

TEST(SidekiqTime, AlwaysHasADecimalPoint) {
  std::string out;
  append_sidekiq_time(out, 1'795'515'837'000);
  append_sidekiq_time(out, 7);
  EXPECT_EQ(out, "1795515837.0000.007");
}

TEST(SidekiqTime, IsReadInSecondsAndMilliseconds) {
  EXPECT_EQ(read("1795515837.3124"), 1'795'515'837'312);
  EXPECT_EQ(read("1795515837312"), 1'795'515'837'312);
  EXPECT_EQ(read("1.795515837312e12"), 1'795'515'837'312);
}

TEST(SidekiqTime, IsNoneWhereNoIdCouldCarryIt) {
  for (const char* text : {"0", "-1.5", "1e300", "\"1795515837\"", "null", "9007199254740993"}) {
    EXPECT_EQ(read(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace penstock::event
