#include "console/api/endpoints/key_parts.h"

#include <gtest/gtest.h>

namespace penstock::console {
namespace {

TEST(KeyParts, ReadWhatTheIntakeSays) {
  const auto usage =
      read_key_usage(R"({"since":7,"require_key":true,"files":[{"path":"x"}],"keys":[)"
                     R"({"id":"k1","events":2,"refused":1,"last_used_at":77}],)"
                     R"("unknown":[{"prefix":"phc_012","events":3}]})");
  ASSERT_TRUE(usage);
  EXPECT_EQ(usage->since_ms, 7);
  EXPECT_TRUE(usage->requires_key);
  ASSERT_EQ(usage->by_id.count("k1"), 1u);
  EXPECT_EQ(usage->by_id.at("k1").events, 2u);
  EXPECT_EQ(usage->by_id.at("k1").refused, 1u);
  EXPECT_EQ(usage->by_id.at("k1").last_ms, 77);
  ASSERT_EQ(usage->unknown.size(), 1u);
  EXPECT_EQ(usage->unknown[0].prefix, "phc_012");
  EXPECT_EQ(usage->unknown[0].events, 3u);
}

// An older intake has no such path; what listens there may be another's.
TEST(KeyParts, TakeNothingElseForIt) {
  for (const char* text : {"", "{}", "[]", R"({"since":"x"})", R"({"since":1,"keys":{}})",
                           R"({"error":"not_found"})", R"({"since":1,"unknown":[7]})"}) {
    EXPECT_FALSE(read_key_usage(text)) << text;
  }
}

TEST(KeyParts, HaveNoUseWithoutAnIntake) {
  ConsoleSettings settings;
  settings.state_dir = "/nonexistent";
  EXPECT_FALSE(ask_key_usage(settings));
}

}  // namespace
}  // namespace penstock::console
