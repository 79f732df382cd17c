#include "queue/spool/census.h"

#include <gtest/gtest.h>

#include "queue/spool/cursor.h"
#include "queue/spool/folder.h"
#include "queue/spool/writer.h"
#include "support/temp_dir.h"

namespace penstock::queue {
namespace {

Result<void> append(SpoolWriter& writer, std::string_view message, std::int64_t at_ms) {
  return writer.append({&message, 1}, at_ms);
}

TEST(SpoolCensus, CountsAllSegmentsLessWhatIsDone) {
  testing::TempDir dir;
  auto instance = SpoolInstance::shared(dir.path());
  SpoolWriter one(*instance, {dir.path(), 1 << 30, 10}, 0);
  SpoolWriter two(*instance, {dir.path(), 1 << 30, 1 << 20}, 1);
  ASSERT_TRUE(append(one, "0123456789", 100));  // Fills its segment.
  ASSERT_TRUE(append(one, "b", 101));
  ASSERT_TRUE(append(two, "c", 50));
  ASSERT_TRUE(append(two, "d", 51));
  SpoolCensus census(dir.path());

  for (int round = 0; round < 2; ++round) {  // The second with the closed segment remembered.
    const auto totals = census.take();
    ASSERT_TRUE(totals);
    EXPECT_EQ(totals->batches, 4U);
    EXPECT_EQ(totals->oldest_at_ms, 50);
    EXPECT_GT(totals->bytes, 0U);
  }

  const SystemClock clock;
  SpoolCursor cursor(dir.path(), clock);
  cursor.save({(*instance)->name() + "/000001-r0", 1});
  cursor.save({(*instance)->name() + "/000001-r1", 1});
  const auto totals = census.take();
  EXPECT_EQ(totals->batches, 2U);
  EXPECT_EQ(totals->oldest_at_ms, 51);
}

TEST(SpoolCensus, SeesWhatIsAddedToASegmentThatItKnows) {
  testing::TempDir dir;
  auto instance = SpoolInstance::shared(dir.path());
  SpoolWriter writer(*instance, {dir.path(), 1 << 30, 1 << 20}, 0);
  SpoolCensus census(dir.path());
  for (std::uint64_t count = 1; count <= 5; ++count) {
    ASSERT_TRUE(append(writer, "m", 100));
    EXPECT_EQ(census.take()->batches, count);
  }
  EXPECT_EQ(census.take()->bad_segments, 0U);
  writer.close_segment();
  ASSERT_TRUE(set_segment_aside(dir.path((*instance)->name() + "/000001-r0")));

  EXPECT_EQ(census.take()->batches, 0U);
  EXPECT_EQ(census.take()->bad_segments, 1U);
}

TEST(SpoolCensus, FindsNothingInAnEmptyOrMissingFolder) {
  testing::TempDir dir;
  for (const std::string& folder : {dir.path(), dir.path("none")}) {
    SpoolCensus census(folder);
    const auto totals = census.take();
    ASSERT_TRUE(totals);
    EXPECT_EQ(totals->batches, 0U);
    EXPECT_EQ(totals->oldest_at_ms, 0);
  }
}

}  // namespace
}  // namespace penstock::queue
