#include "console/api/request/services.h"

#include <fstream>

#include <gtest/gtest.h>

#include "support/temp_dir.h"

namespace penstock::console {
namespace {

TEST(Services, OpenOnAnEmptyStateFolderAndSayWhatIsWrongWithABadOne) {
  const penstock::testing::TempDir dir;
  ManualClock clock(1'800'000'000'000);
  SignInLimiter limiter(clock);
  ConsoleSettings settings;
  settings.accounts_path = dir.path("console.db");
  settings.store_path = dir.path("events");
  settings.queue.queue.spool.path = dir.path("spool");
  settings.queue.worker = "test:1:1";
  auto services = Services::open(settings, clock, limiter);
  ASSERT_TRUE(services) << to_text(services.error());
  EXPECT_EQ((*services)->started_at_ms, clock.wall_ms());
  EXPECT_TRUE((*services)->queries->summary({0, 1}, {}));
  EXPECT_TRUE((*services)->inspector->state());

  settings.accounts_path = dir.path("absent/console.db");
  const auto failed = Services::open(settings, clock, limiter);
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().code, ErrorCode::kConfiguration);
}

}  // namespace
}  // namespace penstock::console
