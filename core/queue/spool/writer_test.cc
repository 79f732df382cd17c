#include "queue/spool/writer.h"

#include <filesystem>

#include <gtest/gtest.h>

#include "queue/spool/folder.h"
#include "support/temp_dir.h"

namespace penstock::queue {
namespace {

class SpoolWriterTest : public ::testing::Test {
 protected:
  SpoolWriter make(std::uint64_t segment_bytes, std::uint64_t bytes_max = 1 << 30) {
    auto instance = SpoolInstance::shared(dir_.path("spool"));
    EXPECT_TRUE(instance);
    instance_name_ = (*instance)->name();
    return SpoolWriter(std::move(*instance), {dir_.path("spool"), bytes_max, segment_bytes}, 4);
  }
  std::vector<SegmentPlace> segments() const {
    return list_segments(dir_.path("spool"), instance_name_);
  }
  static Result<void> append(SpoolWriter& writer, std::string_view message) {
    return writer.append({&message, 1}, 1);
  }

  testing::TempDir dir_;
  std::string instance_name_;
};

TEST_F(SpoolWriterTest, BeginsANewSegmentPastTheLimit) {
  SpoolWriter writer = make(1'000);
  ASSERT_TRUE(append(writer, std::string(600, 'x')));
  ASSERT_TRUE(append(writer, std::string(600, 'x')));
  ASSERT_TRUE(append(writer, std::string(600, 'x')));

  ASSERT_EQ(segments().size(), 2U);
  EXPECT_EQ(segments()[1].name.text(), "000002-r4");
  EXPECT_TRUE(is_segment_closed(segments()[0].path(dir_.path("spool"))));
  EXPECT_FALSE(is_segment_closed(segments()[1].path(dir_.path("spool"))));
}

TEST_F(SpoolWriterTest, HasRoomUpToTheLimit) {
  SpoolWriter writer = make(1 << 20, 100'000);
  EXPECT_TRUE(writer.has_room(100'000));
  EXPECT_FALSE(writer.has_room(100'001));

  ASSERT_TRUE(append(writer, std::string(50'000, 'x')));

  EXPECT_FALSE(writer.has_room(50'000));
  EXPECT_TRUE(writer.has_room(40'000));
}

TEST_F(SpoolWriterTest, ReportsWhereNoSegmentCanBeMadeAndRecovers) {
  SpoolWriter writer = make(1 << 20);
  const std::string folder = dir_.path("spool/") + instance_name_;
  std::filesystem::rename(folder, folder + ".away");

  EXPECT_FALSE(append(writer, "a"));
  EXPECT_FALSE(writer.probe());
  std::filesystem::rename(folder + ".away", folder);

  EXPECT_TRUE(writer.probe());
  EXPECT_TRUE(append(writer, "a"));
}

TEST_F(SpoolWriterTest, RemovesASegmentThatWasOnlyProbed) {
  SpoolWriter writer = make(1 << 20);
  ASSERT_TRUE(writer.probe());
  ASSERT_EQ(segments().size(), 1U);

  writer.close_segment();

  EXPECT_TRUE(segments().empty());
}

}  // namespace
}  // namespace penstock::queue
