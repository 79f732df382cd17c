#include "queue/spool/folder.h"

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "files/file_lock.h"
#include "support/temp_dir.h"

namespace penstock::queue {
namespace {

namespace fs = std::filesystem;

constexpr const char* kInstance = "1795515837312415-2711-9f86d081";

void touch(const std::string& path, std::size_t bytes = 0) {
  std::ofstream(path) << std::string(bytes, 'x');
}

TEST(SegmentName, IsReadAsItIsWritten) {
  EXPECT_EQ((SegmentName{7, 3}.text()), "000007-r3");
  EXPECT_EQ((SegmentName{12345678, 12}.text()), "12345678-r12");

  const auto name = SegmentName::parse("000042-r11.db");

  ASSERT_TRUE(name);
  EXPECT_EQ(name->number, 42U);
  EXPECT_EQ(name->reactor, 11U);
}

TEST(SegmentName, IgnoresOtherFiles) {
  for (const char* other : {"000001-r0.db-wal", "000001-r0.open", "lock", "-r0.db", "1-r.db",
                            "x-r0.db", "000001-r0.db.bad", ".db", "-1-r0.db"}) {
    EXPECT_FALSE(SegmentName::parse(other)) << other;
  }
}

TEST(SpoolFolder, IsMadeWithItsParents) {
  testing::TempDir dir;

  ASSERT_TRUE(make_spool_folder(dir.path("state/spool")));
  ASSERT_TRUE(make_spool_folder(dir.path("state/spool")));

  struct stat info {};
  ASSERT_EQ(::stat(dir.path("state/spool").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0027, 0U);
}

TEST(SpoolFolder, NamesConfigurationWhereAFileIsInTheWay) {
  testing::TempDir dir;
  touch(dir.path("spool"));

  EXPECT_EQ(make_spool_folder(dir.path("spool")).error().code, ErrorCode::kConfiguration);
}

TEST(SpoolFolder, ListsSegmentsByNumberThenReactor) {
  testing::TempDir dir;
  fs::create_directories(dir.path(kInstance));
  fs::create_directories(dir.path("unrelated"));
  for (const char* name : {"000010-r0.db", "000002-r1.db", "000002-r0.db", "000001-r1.db-wal"}) {
    touch(dir.path(std::string(kInstance) + "/" + name));
  }

  EXPECT_EQ(list_instances(dir.path()), std::vector<std::string>{kInstance});
  const auto segments = list_segments(dir.path(), kInstance);

  ASSERT_EQ(segments.size(), 3U);
  EXPECT_EQ(segments[0].name.text(), "000002-r0");
  EXPECT_EQ(segments[1].name.text(), "000002-r1");
  EXPECT_EQ(segments[2].name.text(), "000010-r0");
  EXPECT_EQ(segments[2].text(), std::string(kInstance) + "/000010-r0");
}

TEST(SpoolFolder, RemovesADeadInstanceOnlyWithoutSegments) {
  testing::TempDir dir;
  const std::string folder = dir.path(kInstance);
  fs::create_directories(folder);
  { ASSERT_TRUE(files::FileLock::try_take(folder + "/lock")); }
  EXPECT_TRUE(is_instance_dead(dir.path(), kInstance));
  touch(folder + "/000001-r0.db.bad");
  remove_instance_if_done(dir.path(), kInstance);
  EXPECT_TRUE(fs::exists(folder));

  fs::remove(folder + "/000001-r0.db.bad");
  touch(folder + "/000001-r0.db-shm");  // Left by somebody who had the segment open.
  remove_instance_if_done(dir.path(), kInstance);

  EXPECT_FALSE(fs::exists(folder));
}

TEST(SpoolFolder, CountsRemovesAndSetsAsideASegmentWithAllItsFiles) {
  testing::TempDir dir;
  fs::create_directories(dir.path(kInstance));
  const std::string one = dir.path(kInstance) + "/000001-r0";
  const std::string two = dir.path(kInstance) + "/000002-r0";
  for (const char* suffix : {".db", ".db-wal", ".db-shm"}) {
    touch(one + suffix, 100);
    touch(two + suffix, 10);
  }
  touch(one + ".open");

  EXPECT_EQ(segment_bytes_on_disk(one), 300U);
  EXPECT_EQ(spool_bytes_on_disk(dir.path()), 330U);
  EXPECT_FALSE(is_segment_closed(one));
  EXPECT_TRUE(is_segment_closed(two));

  remove_segment(one);
  EXPECT_TRUE(set_segment_aside(two));

  EXPECT_TRUE(list_segments(dir.path(), kInstance).empty());
  EXPECT_TRUE(fs::exists(two + ".db-wal.bad"));
  EXPECT_EQ(spool_bytes_on_disk(dir.path()), 30U);
}

}  // namespace
}  // namespace penstock::queue
