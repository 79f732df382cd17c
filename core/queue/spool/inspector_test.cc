#include "queue/spool/inspector.h"

#include <filesystem>

#include <gtest/gtest.h>

#include "queue/spool/writer.h"
#include "support/temp_dir.h"

namespace penstock::queue {
namespace {

TEST(SpoolInspector, LooksWithoutMakingAnything) {
  testing::TempDir dir;
  SystemClock clock;
  SpoolInspector inspector({dir.path("spool"), 1, 1}, clock);

  EXPECT_EQ(inspector.state()->depth, 0U);
  EXPECT_EQ(inspector.dead_letters().value(), 0U);
  EXPECT_FALSE(std::filesystem::exists(dir.path("spool")));
}

TEST(SpoolInspector, LooksWhileAnotherConsumes) {
  testing::TempDir dir;
  ManualClock clock(5'000);
  const SpoolOptions options{dir.path("spool"), 1 << 20, 1 << 20};
  SpoolWriter writer(*SpoolInstance::shared(options.path), options, 0);
  const std::string_view message = "a";
  ASSERT_TRUE(writer.append({&message, 1}, 2'000));
  ASSERT_TRUE(DeadLetterFile(options.path).add({"m", "r", 1, "o"}));

  SpoolInspector inspector(options, clock);

  EXPECT_EQ(inspector.state()->depth, 1U);
  EXPECT_EQ(inspector.state()->oldest_seconds, 3);
  EXPECT_EQ(inspector.dead_letters().value(), 1U);
}

}  // namespace
}  // namespace penstock::queue
