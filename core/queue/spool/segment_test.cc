#include "queue/spool/segment.h"

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

#include "base/bytes.h"
#include "queue/spool/folder.h"
#include "support/failing_sync.h"
#include "support/temp_dir.h"

namespace penstock::queue {
namespace {

constexpr SegmentReader::Limits kNoLimits{1'000, 1 << 30};

Result<void> append(SegmentWriter& writer, const std::vector<std::string_view>& messages,
                    std::int64_t at_ms = 1) {
  return writer.append(messages, at_ms);
}

SegmentReader open_or_die(const std::string& path) {
  auto reader = SegmentReader::open(path);
  EXPECT_TRUE(reader && *reader);
  return std::move(**reader);
}

std::vector<std::string> read_all(SegmentReader& reader, std::int64_t after = 0) {
  std::vector<std::string> messages;
  SegmentReader::Limits left = kNoLimits;
  EXPECT_TRUE(reader.read_after(after, left, messages));
  return messages;
}

TEST(Segment, IsReadInOrderWhileItIsWritten) {
  testing::TempDir dir;
  auto writer = SegmentWriter::create(dir.path("s"));
  ASSERT_TRUE(writer);
  ASSERT_TRUE(append(*writer, {"a", "b"}));
  SegmentReader reader = open_or_die(dir.path("s"));
  EXPECT_EQ(read_all(reader), (std::vector<std::string>{"a", "b"}));

  ASSERT_TRUE(append(*writer, {"c"}));

  EXPECT_EQ(read_all(reader, 2), std::vector<std::string>{"c"});
  EXPECT_EQ(reader.last_id().value(), 3);
  EXPECT_EQ(writer->bytes(), 3U);
}

TEST(Segment, IsNotMadeWhereItsFolderCannotBeSynced) {
  testing::TempDir dir;
  const testing::FailingFolderSync failing;
  const auto writer = SegmentWriter::create(dir.path("s"));
  ASSERT_FALSE(writer);
  EXPECT_EQ(writer.error().code, ErrorCode::kExhausted);
  EXPECT_TRUE(std::filesystem::is_empty(dir.path()));
}

TEST(Segment, TellsItsNextMessageWithoutReadingIt) {
  testing::TempDir dir;
  auto writer = SegmentWriter::create(dir.path("s"));
  SegmentReader reader = open_or_die(dir.path("s"));
  EXPECT_FALSE(reader.head_after(0).value());
  EXPECT_EQ(reader.last_id().value(), 0);
  ASSERT_TRUE(append(*writer, {"a"}, 17));
  ASSERT_TRUE(append(*writer, {"b"}, 18));

  const auto head = reader.head_after(1);

  ASSERT_TRUE(head && *head);
  EXPECT_EQ((*head)->id, 2);
  EXPECT_EQ((*head)->at_ms, 18);
  EXPECT_FALSE(reader.head_after(2).value());
}

TEST(Segment, ReadsWithinLimitsButAtLeastOne) {
  testing::TempDir dir;
  auto writer = SegmentWriter::create(dir.path("s"));
  const std::string big(10'000, 'x');
  ASSERT_TRUE(append(*writer, {big, big, "small"}));
  SegmentReader reader = open_or_die(dir.path("s"));

  std::vector<std::string> one;
  SegmentReader::Limits few_bytes{10, 100};
  EXPECT_EQ(reader.read_after(0, few_bytes, one).value(), 1);
  std::vector<std::string> two;
  SegmentReader::Limits few_messages{2, 1 << 20};
  EXPECT_EQ(reader.read_after(0, few_messages, two).value(), 2);

  EXPECT_EQ(one, std::vector<std::string>{big});
  EXPECT_GE(one[0].capacity(), big.size() + kReadablePadding);
  EXPECT_EQ(two.size(), 2U);
  EXPECT_EQ(few_messages.messages_max, 0U);
}

TEST(Segment, KeepsBytesOfAnyKind) {
  testing::TempDir dir;
  auto writer = SegmentWriter::create(dir.path("s"));
  const std::string bytes("\0\xb5\xff'\n", 5);
  ASSERT_TRUE(append(*writer, {bytes, ""}));
  SegmentReader reader = open_or_die(dir.path("s"));

  EXPECT_EQ(read_all(reader), (std::vector<std::string>{bytes, ""}));
}

TEST(Segment, IsClosedWithItsWriterAndRemovedIfEmpty) {
  testing::TempDir dir;
  {
    auto writer = SegmentWriter::create(dir.path("s"));
    auto unused = SegmentWriter::create(dir.path("unused"));
    ASSERT_TRUE(append(*writer, {"a"}));
    EXPECT_FALSE(is_segment_closed(dir.path("s")));
  }

  EXPECT_TRUE(is_segment_closed(dir.path("s")));
  EXPECT_FALSE(std::filesystem::exists(dir.path("unused.db")));
  SegmentReader reader = open_or_die(dir.path("s"));
  EXPECT_EQ(read_all(reader), std::vector<std::string>{"a"});
}

// As after a power cut: no index of the WAL, and perhaps no room to make one.
TEST(Segment, CanBeReadAloneWithoutItsIndexFile) {
  testing::TempDir dir;
  {
    auto writer = SegmentWriter::create(dir.path("s"));
    ASSERT_TRUE(append(*writer, {"a"}));
  }
  std::filesystem::remove(dir.path("s.db-shm"));

  auto reader = SegmentReader::open(dir.path("s"), true);

  ASSERT_TRUE(reader && *reader);
  EXPECT_EQ(read_all(**reader), std::vector<std::string>{"a"});
  EXPECT_FALSE(std::filesystem::exists(dir.path("s.db-shm")));
}

TEST(Segment, LosesOnlyItsTornTail) {
  testing::TempDir dir;
  {
    auto writer = SegmentWriter::create(dir.path("s"));
    ASSERT_TRUE(append(*writer, {"a"}));
    ASSERT_TRUE(append(*writer, {"b"}));
  }
  std::filesystem::remove(dir.path("s.db-shm"));
  std::filesystem::resize_file(dir.path("s.db-wal"),
                               std::filesystem::file_size(dir.path("s.db-wal")) - 100);

  SegmentReader reader = open_or_die(dir.path("s"));

  EXPECT_EQ(read_all(reader), std::vector<std::string>{"a"});
}

TEST(Segment, IsNotReadyBeforeItsTableIsThere) {
  testing::TempDir dir;
  { ASSERT_TRUE(sqlite::Database::open(dir.path("s.db"), {})); }

  const auto reader = SegmentReader::open(dir.path("s"));

  ASSERT_TRUE(reader);
  EXPECT_FALSE(reader->has_value());
}

TEST(Segment, RefusesGarbageAndNewerFormats) {
  testing::TempDir dir;
  std::ofstream(dir.path("garbage.db")) << std::string(10'000, 'x');
  {
    auto newer = sqlite::Database::open(dir.path("newer.db"), {});
    ASSERT_TRUE(newer->execute("PRAGMA user_version=2"));
  }

  EXPECT_EQ(SegmentReader::open(dir.path("garbage")).error().code, ErrorCode::kCorrupt);
  EXPECT_EQ(SegmentReader::open(dir.path("newer")).error().code, ErrorCode::kRejected);
  EXPECT_EQ(SegmentReader::open(dir.path("none")).error().code, ErrorCode::kConfiguration);
}

}  // namespace
}  // namespace penstock::queue
