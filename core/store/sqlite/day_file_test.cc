#include "store/sqlite/day_file.h"

#include <fstream>

#include "store/sqlite/store_testing.h"

namespace penstock::store {
namespace {

class DayFileTest : public ::testing::Test {
 protected:
  testing::TempDir dir_;
  std::string path_ = dir_.path("2025-11-24.db");
};

TEST_F(DayFileTest, TellsStoredFromDuplicate) {
  auto file = DayFile::open(path_);
  ASSERT_TRUE(file.has_value());
  const event::Row row = row_at(kToday, 1);

  EXPECT_EQ((*file)->insert(10, row, "").value(), DayFile::Inserted::kStored);
  EXPECT_EQ((*file)->insert(11, row, "").value(), DayFile::Inserted::kDuplicate);
  EXPECT_EQ((*file)->last_sequence().value(), 10);
}

TEST_F(DayFileTest, RefusesASequenceThatIsTaken) {
  auto file = DayFile::open(path_);
  ASSERT_TRUE((*file)->insert(10, row_at(kToday, 1), "").has_value());
  EXPECT_EQ((*file)->insert(10, row_at(kToday, 2), "").value(), DayFile::Inserted::kRefused);
}

// Whose pages are small stays as it is: nothing of a day is written anew.
TEST_F(DayFileTest, ChoosesThePagesOfNewDaysAlone) {
  const auto page_bytes = [this] {
    return sqlite::Database::open(path_, {.access = sqlite::Access::kReadOnly})->page_bytes();
  };
  ASSERT_TRUE(DayFile::open(path_).has_value());
  EXPECT_EQ(page_bytes().value(), 16'384);
  std::filesystem::remove(path_);
  ASSERT_TRUE(sqlite::Database::open(path_, {})->execute("CREATE TABLE t (a)").has_value());
  ASSERT_TRUE(DayFile::open(path_).has_value());
  EXPECT_EQ(page_bytes().value(), 4'096);
}

// A journal that a crash left of a file that was pruned must not be played into a new one.
TEST_F(DayFileTest, StartsWithoutAJournalOfAnOldFile) {
  std::ofstream(path_ + "-wal") << "not a journal of ours";
  auto file = DayFile::open(path_);
  ASSERT_TRUE(file.has_value());
  EXPECT_EQ((*file)->last_sequence().value(), 0);
}

TEST_F(DayFileTest, KnowsWhenItWasRemovedOrReplaced) {
  auto file = DayFile::open(path_);
  ASSERT_TRUE((*file)->is_in_place());
  std::filesystem::rename(path_, path_ + ".old");
  EXPECT_FALSE((*file)->is_in_place());
  std::ofstream(path_) << "";
  EXPECT_FALSE((*file)->is_in_place());
}

TEST_F(DayFileTest, RefusesWhatIsNoDatabase) {
  std::ofstream(path_) << std::string(8'192, 'x');
  const auto file = DayFile::open(path_);
  ASSERT_FALSE(file.has_value());
  EXPECT_EQ(file.error().code, ErrorCode::kCorrupt);
}

// A reader that keeps its connection must hinder neither the writer's close nor its next opening.
TEST_F(DayFileTest, ClosesAndOpensUnderAReader) {
  auto file = DayFile::open(path_);
  ASSERT_TRUE((*file)->insert(1, row_at(kToday, 1), "").has_value());
  auto reader = sqlite::Database::open(path_, {.access = sqlite::Access::kReadOnly,
                                               .sync = sqlite::Sync::kFull,
                                               .busy_timeout_ms = 100,
                                               .cache_kib = 100});
  ASSERT_TRUE(reader.has_value());
  auto count = reader->prepare("SELECT count(*) FROM events");
  const auto rows = [&count] {
    const bool has_row = count->step().value_or(false);
    const std::int64_t number = has_row ? count->integer(0) : -1;
    count->reset();
    return number;
  };
  EXPECT_EQ(rows(), 1);

  file->reset();
  EXPECT_EQ(rows(), 1);
  file = DayFile::open(path_);
  ASSERT_TRUE(file.has_value());
  ASSERT_TRUE((*file)->insert(2, row_at(kToday, 2), "").has_value());
  EXPECT_EQ(rows(), 2);
}

// The other way round: opened while the file stands alone, read on while it is written again.
TEST_F(DayFileTest, ReadersOfAClosedFileSeeItOpenedAgain) {
  auto file = DayFile::open(path_);
  ASSERT_TRUE((*file)->insert(1, row_at(kToday, 1), "").has_value());
  file->reset();
  auto reader = sqlite::Database::open(path_, {.access = sqlite::Access::kReadOnly,
                                               .sync = sqlite::Sync::kFull,
                                               .busy_timeout_ms = 100,
                                               .cache_kib = 100});
  ASSERT_TRUE(reader.has_value());
  EXPECT_FALSE(std::filesystem::exists(path_ + "-shm"));

  file = DayFile::open(path_);
  ASSERT_TRUE(file.has_value());
  ASSERT_TRUE((*file)->insert(2, row_at(kToday, 2), "").has_value());
  auto count = reader->prepare("SELECT count(*) FROM events");
  ASSERT_TRUE(count->step().value_or(false));
  EXPECT_EQ(count->integer(0), 2);
}

}  // namespace
}  // namespace penstock::store
