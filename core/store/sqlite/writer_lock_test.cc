#include "store/sqlite/writer_lock.h"

#include <gtest/gtest.h>

#include "support/temp_dir.h"

namespace penstock::store {
namespace {

TEST(WriterLock, IsHeldByOneAtATime) {
  const testing::TempDir dir;
  {
    const auto first = WriterLock::take(dir.path());
    ASSERT_TRUE(first.has_value());
    const auto second = WriterLock::take(dir.path());
    ASSERT_FALSE(second.has_value());
    EXPECT_EQ(second.error().code, ErrorCode::kConfiguration);
  }
  EXPECT_TRUE(WriterLock::take(dir.path()).has_value());
}

TEST(WriterLock, NeedsItsFolder) {
  const testing::TempDir dir;
  const auto lock = WriterLock::take(dir.path("none"));
  ASSERT_FALSE(lock.has_value());
  EXPECT_EQ(lock.error().native, ENOENT);
}

}  // namespace
}  // namespace penstock::store
