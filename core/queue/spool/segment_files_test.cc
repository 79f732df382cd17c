#include "queue/spool/segment_files.h"

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>
#include <sys/resource.h>

#include "queue/spool/segment.h"
#include "support/temp_dir.h"

namespace penstock::queue {
namespace {

TEST(SegmentFiles, ChangeWithEveryCommit) {
  testing::TempDir dir;
  auto writer = SegmentWriter::create(dir.path("s"));
  ASSERT_TRUE(writer);
  const std::string_view message = "m";
  SegmentTrace before = trace_of_segment(dir.path("s"));
  for (int i = 0; i < 10; ++i) {
    ASSERT_TRUE(writer->append(std::span(&message, 1), 1));
    const SegmentTrace after = trace_of_segment(dir.path("s"));
    EXPECT_NE(after, before);
    before = after;
  }
  auto reader = SegmentReader::open(dir.path("s"));
  ASSERT_TRUE(reader && *reader && (*reader)->last_id());

  EXPECT_EQ(trace_of_segment(dir.path("s")), before) << "reading changes nothing";
}

TEST(SegmentFiles, AreGoneOnlyWhereNothingHasTheName) {
  testing::TempDir dir;
  EXPECT_TRUE(is_segment_gone(dir.path("s")));
  std::filesystem::create_symlink("s.db", dir.path("s.db"));

  EXPECT_FALSE(is_segment_gone(dir.path("s")));
  EXPECT_FALSE(is_segment_readable(dir.path("s")));
}

TEST(SegmentFiles, AreReadableUnlessTheFilesThemselvesAreNot) {
  testing::TempDir dir;
  EXPECT_TRUE(is_segment_readable(dir.path("none")));
  std::ofstream(dir.path("s.db")) << std::string(200'000, 'x');
  EXPECT_TRUE(is_segment_readable(dir.path("s")));
  std::filesystem::create_directory(dir.path("s.db-wal"));
  EXPECT_FALSE(is_segment_readable(dir.path("s")));

  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
  const rlimit none{0, before.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &none), 0);
  EXPECT_TRUE(is_segment_readable(dir.path("s"))) << "not known";
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &before), 0);
}

}  // namespace
}  // namespace penstock::queue
