#include "store/sqlite/id_runs.h"

#include <algorithm>

#include "base/random.h"
#include "store/sqlite/store_testing.h"

namespace penstock::store {
namespace {

constexpr std::int64_t kFirstDay = 20'000;

class IdRunsTest : public ::testing::Test {
 protected:
  void SetUp() override { reopen(); }

  void reopen() {
    runs_.reset();
    auto database = sqlite::Database::open(path_, {});
    ASSERT_TRUE(database.has_value());
    if (!is_made_) {
      ASSERT_TRUE(IdRuns::create(*database).has_value());
    }
    is_made_ = true;
    auto runs = IdRuns::open(*std::move(database));
    ASSERT_TRUE(runs.has_value());
    runs_ = *std::move(runs);
  }

  std::vector<IdKey> made(std::size_t count, std::int64_t day) {
    std::vector<IdKey> keys(count);
    for (IdKey& key : keys) {
      key = {random_.next(), static_cast<std::uint16_t>(random_.below(512)), day};
    }
    std::sort(keys.begin(), keys.end(),
              [](const IdKey& a, const IdKey& b) { return a.hash < b.hash; });
    return keys;
  }

  void add(const std::vector<IdKey>& keys) {
    auto transaction = sqlite::Transaction::begin(runs_->database());
    ASSERT_TRUE(transaction.has_value());
    ASSERT_TRUE(runs_->add(keys, kFirstDay).has_value());
    ASSERT_TRUE(runs_->merge().has_value());
    ASSERT_TRUE(transaction->commit().has_value());
  }

  std::size_t found(const std::vector<IdKey>& keys) {
    std::vector<bool> known;
    EXPECT_TRUE(runs_->find(keys, 7, known).has_value());
    return static_cast<std::size_t>(std::count(known.begin(), known.end(), true));
  }

  std::int64_t number_of(const char* sql) {
    auto statement = runs_->database().prepare(sql);
    return statement->step().value_or(false) ? statement->integer(0) : -1;
  }

  testing::TempDir dir_;
  const std::string path_ = dir_.path() + "/runs.db";
  bool is_made_ = false;
  Random random_{7};
  std::unique_ptr<IdRuns> runs_;
};

// Sizes on both sides of one block, of a power of two, of a merge of each level.
TEST_F(IdRunsTest, FindsWhatWasAddedAndNothingElse) {
  std::vector<std::vector<IdKey>> batches;
  for (const std::size_t size : {1U, 2U, 255U, 256U, 257U, 512U, 513U, 5'000U}) {
    for (int i = 0; i < 20; ++i) {
      batches.push_back(made(size, kFirstDay));
      add(batches.back());
    }
  }
  const auto others = made(5'000, kFirstDay);
  for (int round = 0; round < 2; ++round) {
    std::int64_t sum = 0;
    for (const auto& batch : batches) {
      EXPECT_EQ(found(batch), batch.size());
      sum += static_cast<std::int64_t>(batch.size());
    }
    EXPECT_EQ(found(others), 0U);
    EXPECT_EQ(runs_->keys(), sum);
    reopen();
  }
  EXPECT_EQ(number_of("SELECT sum(length(keys)) / 10 FROM blocks"), runs_->keys());
  EXPECT_LT(number_of("SELECT count(*) FROM runs"), 8 * 16);
}

TEST_F(IdRunsTest, TheTenthByteCounts) {
  const IdKey key = {77, 1, kFirstDay};
  add({key});
  EXPECT_EQ(found({key}), 1U);
  EXPECT_EQ(found({{77, 2, kFirstDay}}), 0U);
}

TEST_F(IdRunsTest, ManySmallBatchesBecomeFewRuns) {
  std::vector<IdKey> all;
  for (int i = 0; i < 2'000; ++i) {
    const auto one = made(1, kFirstDay);
    add(one);
    all.push_back(one.front());
  }
  EXPECT_LE(number_of("SELECT count(*) FROM runs"), 3 * 16);
  EXPECT_EQ(found(all), all.size());
}

TEST_F(IdRunsTest, ADayThatIsOverIsPutTogether) {
  std::vector<IdKey> old;
  for (int i = 0; i < 15; ++i) {
    for (const std::size_t size : {1U, 20U, 300U}) {
      const auto keys = made(size, kFirstDay);
      add(keys);
      old.insert(old.end(), keys.begin(), keys.end());
    }
  }
  EXPECT_EQ(number_of("SELECT count(*) FROM runs"), 45);
  for (int i = 0; i < 10; ++i) add(made(1, kFirstDay + 1));
  EXPECT_EQ(number_of("SELECT count(*) FROM runs WHERE day = 20000"), 15);
  std::sort(old.begin(), old.end(), [](const IdKey& a, const IdKey& b) { return a.hash < b.hash; });
  EXPECT_EQ(found(old), old.size());
}

TEST_F(IdRunsTest, LooksAtDaysWithinReachAlone) {
  auto keys = made(10, kFirstDay);
  add(keys);
  for (IdKey& key : keys) key.day = kFirstDay + 7;
  EXPECT_EQ(found(keys), 10U);
  for (IdKey& key : keys) key.day = kFirstDay + 8;
  EXPECT_EQ(found(keys), 0U);
  for (IdKey& key : keys) key.day = kFirstDay - 30;  // The clock went back.
  EXPECT_EQ(found(keys), 10U);
  keys.front().day = kFirstDay + 8;
  EXPECT_EQ(found(keys), 9U);
}

TEST_F(IdRunsTest, ForgetsWholeRuns) {
  const auto old = made(700, kFirstDay);
  const auto young = made(700, kFirstDay + 5);
  add(old);
  add(young);
  ASSERT_TRUE(runs_->forget(kFirstDay + 5, kFirstDay).has_value());  // Added too lately.
  EXPECT_EQ(runs_->keys(), 1'400);
  ASSERT_TRUE(runs_->forget(kFirstDay + 5, kFirstDay + 1).has_value());
  EXPECT_EQ(runs_->keys(), 700);
  EXPECT_EQ(found(old), 0U);
  EXPECT_EQ(found(young), 700U);
  EXPECT_EQ(number_of("SELECT sum(length(keys)) FROM blocks"), 7'000);
}

// Whoever can choose a client's id cannot choose its hash, but may find some that stand together.
TEST_F(IdRunsTest, KeysThatStandTogetherAreFoundToo) {
  std::vector<IdKey> keys(5'000);
  for (std::size_t i = 0; i < keys.size(); ++i) keys[i] = {i, 0, kFirstDay};
  add(keys);
  EXPECT_EQ(found(keys), keys.size());
}

TEST_F(IdRunsTest, DamageIsAnError) {
  add(made(10, kFirstDay));
  const auto keys = made(1, kFirstDay);
  for (const char* sql : {"UPDATE runs SET filter = x'00'", "UPDATE runs SET keys = 0"}) {
    ASSERT_TRUE(runs_->database().execute("SAVEPOINT s").has_value());
    ASSERT_TRUE(runs_->database().execute(sql).has_value());
    ASSERT_TRUE(runs_->database().execute("RELEASE s").has_value());
    auto database = sqlite::Database::open(path_, {});
    const auto opened = IdRuns::open(*std::move(database));
    ASSERT_FALSE(opened.has_value()) << sql;
    EXPECT_EQ(opened.error().code, ErrorCode::kCorrupt);
  }
}

TEST_F(IdRunsTest, ABlockOfAnotherLengthIsAnError) {
  const auto keys = made(10, kFirstDay);
  add(keys);
  ASSERT_TRUE(runs_->database().execute("UPDATE blocks SET keys = x'0011'").has_value());
  std::vector<bool> known;
  const auto done = runs_->find(keys, 7, known);
  ASSERT_FALSE(done.has_value());
  EXPECT_EQ(done.error().code, ErrorCode::kCorrupt);
}

}  // namespace
}  // namespace penstock::store
