#include "store/sqlite/shared_masks.h"

#include <array>
#include <atomic>
#include <map>
#include <optional>
#include <random>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "sqlite/sqlite.h"
#include "support/temp_dir.h"

namespace penstock::store {
namespace {

// A file of one number, which each commit changes.
class SharedMasksTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(writer_.execute("CREATE TABLE commits (number INTEGER)"));
    ASSERT_TRUE(writer_.execute("INSERT INTO commits VALUES (0)"));
  }
  sqlite::Database open(sqlite::Access access) {
    return sqlite::Database::open(dir_.path("day.db"), {.access = access}).value();
  }
  void commit() { ASSERT_TRUE(writer_.execute("UPDATE commits SET number = number + 1")); }

  penstock::testing::TempDir dir_;
  sqlite::Database writer_ = open(sqlite::Access::kReadWrite);
  std::shared_ptr<SharedMasks> shared_ = std::make_shared<SharedMasks>();
};

std::int64_t number_of(sqlite::Database& database, const char* sql) {
  auto row = database.lend(sql);
  EXPECT_TRUE(row.has_value() && row->step().value_or(false));
  return row->integer(0);
}

// One that asks: by steps, so that others can come between.
class Asker {
 public:
  Asker(sqlite::Database database, std::shared_ptr<SharedMasks> shared)
      : database_(std::move(database)), masks_(std::move(shared)) {}

  // Whether it has found its masks by that.
  bool step() {
    switch (next_++) {
      case 0:
        masks_.look();
        return false;
      case 1:
        transaction_.emplace(sqlite::ReadTransaction::begin(database_).value());
        number_ = number_of(database_, "SELECT number FROM commits");
        return false;
      case 2:
        found_ = masks_.at(number_of(database_, "PRAGMA data_version"));
        return true;
      default:
        EXPECT_EQ(masks_.at(number_of(database_, "PRAGMA data_version")), found_);
        transaction_.reset();
        next_ = 0;
        return false;
    }
  }
  void ask() {
    for (int i = 0; i < 4; ++i) step();
  }
  KeptMasks* found() const { return found_; }
  std::int64_t number() const { return number_; }

 private:
  sqlite::Database database_;
  std::optional<sqlite::ReadTransaction> transaction_;
  MasksOfConnection masks_;
  int next_ = 0;
  KeptMasks* found_ = nullptr;
  std::int64_t number_ = 0;
};

TEST_F(SharedMasksTest, AreFoundByAllWhileNobodyWrites) {
  std::vector<Asker> askers;
  for (int i = 0; i < 4; ++i) askers.emplace_back(open(sqlite::Access::kReadOnly), shared_);
  for (int round = 0; round < 3; ++round) {
    for (int i = 0; i < 2; ++i) {
      for (Asker& asker : askers) asker.ask();
    }
    KeptMasks* const found = askers[0].found();
    ASSERT_NE(found, nullptr);
    for (Asker& asker : askers) EXPECT_EQ(asker.found(), found);
    commit();
    askers[0].ask();
    EXPECT_NE(askers[0].found(), found);
  }
}

// In any order of their steps, with commits between them, masks are of one commit.
TEST_F(SharedMasksTest, AreOfOneCommit) {
  std::mt19937 random(11);
  std::vector<Asker> askers;
  for (int i = 0; i < 3; ++i) askers.emplace_back(open(sqlite::Access::kReadOnly), shared_);
  std::map<std::shared_ptr<KeptMasks>, std::int64_t> numbers;  // They stay: no address comes again.
  int shared = 0;
  for (int i = 0; i < 20'000; ++i) {
    if (random() % 8 == 0) commit();
    Asker& asker = askers[random() % askers.size()];
    if (!asker.step()) continue;
    if (const auto newest = shared_->newest(); newest.get() == asker.found()) {
      numbers.emplace(newest, asker.number());
    }
    for (const auto& [masks, number] : numbers) {
      if (masks.get() != asker.found()) continue;
      ASSERT_EQ(number, asker.number()) << i;
      ++shared;
    }
  }
  EXPECT_GT(shared, 1'000);
}

TEST_F(SharedMasksTest, AreOfOneCommitForThreads) {
  std::atomic<bool> is_over = false;
  std::array<std::vector<std::pair<std::shared_ptr<KeptMasks>, std::int64_t>>, 3> found;
  std::vector<std::thread> threads;
  for (auto& mine : found) {
    threads.emplace_back([&mine, &is_over, this] {
      Asker asker(open(sqlite::Access::kReadOnly), shared_);
      while (!is_over) {
        asker.ask();
        const auto newest = shared_->newest();
        if (newest.get() == asker.found()) mine.emplace_back(newest, asker.number());
      }
    });
  }
  for (int i = 0; i < 300; ++i) commit();
  is_over = true;
  for (std::thread& thread : threads) thread.join();

  std::map<std::shared_ptr<KeptMasks>, std::int64_t> numbers;
  for (const auto& mine : found) {
    for (const auto& [masks, number] : mine) {
      EXPECT_EQ(numbers.emplace(masks, number).first->second, number);
    }
  }
}

TEST(SharedMasks, AreOfAFileForAsLongAsAnybodyHasThem) {
  const FileMark file{1, 2};
  auto first = shared_masks_of(file);
  EXPECT_EQ(shared_masks_of(file), first);
  EXPECT_NE(shared_masks_of({1, 3}), first);
  EXPECT_NE(shared_masks_of({2, 2}), first);
  const std::weak_ptr<SharedMasks> gone = first;
  first.reset();
  EXPECT_TRUE(gone.expired());
  EXPECT_NE(shared_masks_of(file), nullptr);
}

}  // namespace
}  // namespace penstock::store
