#include "files/file_lock.h"

#include <filesystem>

#include <gtest/gtest.h>

#include "support/temp_dir.h"

namespace penstock::files {
namespace {

TEST(FileLock, IsHeldByOneUntilItGoes) {
  testing::TempDir dir;
  {
    auto first = FileLock::try_take(dir.path("lock"));
    ASSERT_TRUE(first && *first);

    auto second = FileLock::try_take(dir.path("lock"));

    ASSERT_TRUE(second);
    EXPECT_FALSE(second->has_value());
    EXPECT_FALSE(FileLock::is_abandoned(dir.path("lock")));
  }
  EXPECT_TRUE(FileLock::is_abandoned(dir.path("lock")));
  EXPECT_TRUE(FileLock::try_take(dir.path("lock")).value().has_value());
}

TEST(FileLock, MovesWithItsOwner) {
  testing::TempDir dir;
  auto taken = FileLock::try_take(dir.path("lock"));
  ASSERT_TRUE(taken && *taken);

  std::optional<FileLock> kept(std::move(**taken));
  taken->reset();

  EXPECT_FALSE(FileLock::is_abandoned(dir.path("lock")));
  kept.reset();
  EXPECT_TRUE(FileLock::is_abandoned(dir.path("lock")));
}

TEST(FileLock, IsNotAbandonedWhereThereIsNone) {
  testing::TempDir dir;

  EXPECT_FALSE(FileLock::is_abandoned(dir.path("lock")));
  EXPECT_FALSE(std::filesystem::exists(dir.path("lock")));
  EXPECT_EQ(FileLock::try_take(dir.path("none/lock")).error().code, ErrorCode::kConfiguration);
}

}  // namespace
}  // namespace penstock::files
