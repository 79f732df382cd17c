#include "store/sqlite/recent_ids.h"

#include <filesystem>
#include <fstream>

#include "sqlite/versions.h"
#include "store/sqlite/store_testing.h"

namespace penstock::store {
namespace {

class RecentIdsTest : public ::testing::Test {
 protected:
  static RecentIds::Key key(std::uint32_t number, std::int64_t received_ms) {
    event::Record record;
    record.id = event::id_of_client("default", std::to_string(number), received_ms);
    record.received_at_ms = received_ms;
    return RecentIds::key_of(record, received_ms);
  }
  void add(std::uint32_t number, std::int64_t received_ms, bool forgets = false) {
    const RecentIds::Key keys[] = {key(number, received_ms)};
    ASSERT_TRUE(recent_.add(keys, received_ms, forgets).has_value());
  }
  bool knows(std::uint32_t number, std::int64_t received_ms) {
    const RecentIds::Key keys[] = {key(number, received_ms)};
    const auto known = recent_.find(keys);
    EXPECT_TRUE(known.has_value());
    return known && (*known)[0];
  }
  std::int64_t rows() {
    auto database = sqlite::Database::open(path_, {.access = sqlite::Access::kReadOnly});
    auto count = database->prepare("SELECT sum(keys) FROM runs");
    return count->step().value_or(false) ? count->integer(0) : -1;
  }

  testing::TempDir dir_;
  std::string path_ = RecentIds::path_in(dir_.path());
  ManualClock clock_{kToday};
  RecentIds recent_{dir_.path(), clock_};
};

TEST_F(RecentIdsTest, KeysDoNotDependOnTheTime) {
  const RecentIds::Key now = key(1, kToday);
  const RecentIds::Key later = key(1, kToday + 5 * kDay);
  EXPECT_TRUE(now.has_same_id(later));
  EXPECT_EQ(later.day - now.day, 5);
  EXPECT_FALSE(now.has_same_id(key(2, kToday)));
}

TEST_F(RecentIdsTest, KnowsAnIdForSevenDays) {
  add(1, kToday);
  EXPECT_TRUE(knows(1, kToday));
  EXPECT_TRUE(knows(1, kToday + 8 * kDay - 1));
  EXPECT_TRUE(knows(1, kToday - kDay));  // The clock went back.
  EXPECT_FALSE(knows(1, kToday + 8 * kDay));
  EXPECT_FALSE(knows(2, kToday));

  add(1, kToday + 8 * kDay);  // The same id again, long after: known from there on.
  EXPECT_TRUE(knows(1, kToday + 15 * kDay));
}

TEST_F(RecentIdsTest, ForgetsWhatIsExpiredByAndBy) {
  for (std::uint32_t i = 0; i < 200; ++i) add(i, kToday);
  for (std::uint32_t i = 200; i < 210; ++i) add(i, kToday + 20 * kDay, false);
  EXPECT_EQ(rows(), 210);
  for (std::uint32_t i = 210; i < 220; ++i) add(i, kToday + 20 * kDay, true);
  EXPECT_EQ(rows(), 20);
  for (std::uint32_t i = 200; i < 220; ++i) EXPECT_TRUE(knows(i, kToday + 20 * kDay)) << i;
}

TEST_F(RecentIdsTest, AReceiptInTheFutureDoesNotOutliveTheOthers) {
  event::Record record;
  record.id = event::id_of_client("default", "1", kToday);
  record.received_at_ms = kToday + 40'000 * kDay;
  EXPECT_EQ(RecentIds::key_of(record, kToday).day, kToday / kDay + 1);
}

TEST_F(RecentIdsTest, IsMadeAnewWhereItIsLost) {
  add(1, kToday);
  std::filesystem::remove(path_);
  EXPECT_FALSE(knows(1, kToday));
  add(1, kToday);
  EXPECT_TRUE(knows(1, kToday));
}

TEST_F(RecentIdsTest, IsMadeAnewWhereItCannotBeUsed) {
  const auto spoil = [this](int how) {
    std::filesystem::remove_all(path_);
    if (how == 0) std::ofstream(path_) << std::string(9'000, 'x');
    if (how == 1) std::filesystem::create_directories(path_ + "/folder");
    if (how == 2) {
      auto database = sqlite::Database::open(path_, {});
      ASSERT_TRUE(database->execute("PRAGMA user_version = 1; CREATE TABLE x (y)").has_value());
    }
  };
  for (int how = 0; how < 3; ++how) {
    spoil(how);
    EXPECT_FALSE(knows(1, kToday)) << how;
    add(1, kToday);
    EXPECT_TRUE(knows(1, kToday)) << how;
    EXPECT_TRUE(std::filesystem::exists(path_ + ".bad")) << how;
    std::filesystem::remove_all(path_ + ".bad");
  }
}

// It stays for the version that wrote it: a worker does not even start (EventStore).
TEST_F(RecentIdsTest, ANewerFileIsNotUsedAndStays) {
  auto database = sqlite::Database::open(path_, {});
  ASSERT_TRUE(database->execute("PRAGMA user_version = 9").has_value());
  add(1, kToday);
  EXPECT_FALSE(knows(1, kToday));
  EXPECT_FALSE(std::filesystem::exists(path_ + ".bad"));
  EXPECT_EQ(sqlite::version_of(*database).value_or(-1), 9);
}

TEST_F(RecentIdsTest, WaitsForWhoeverHoldsIt) {
  add(1, kToday);
  auto other = sqlite::Database::open(path_, {});
  ASSERT_TRUE(other->execute("BEGIN IMMEDIATE").has_value());
  const RecentIds::Key keys[] = {key(2, kToday)};
  const auto done = recent_.add(keys, kToday, false);
  ASSERT_FALSE(done.has_value());
  EXPECT_EQ(done.error().code, ErrorCode::kOverloaded);
  ASSERT_TRUE(other->execute("ROLLBACK").has_value());
  EXPECT_TRUE(recent_.add(keys, kToday, false).has_value());
}

// A folder where the journal should be: SQLite says of it what it says where rights are missing,
// which root's tests never miss.
TEST_F(RecentIdsTest, WaitsAMomentForRights) {
  const RecentIds::Key keys[] = {key(1, kToday)};
  ASSERT_TRUE(RecentIds(dir_.path(), clock_).add(keys, kToday, false).has_value());
  const std::string journal = path_ + "-wal";
  std::filesystem::create_directories(journal + "/x");
  EXPECT_FALSE(recent_.find(keys).has_value());
  std::filesystem::remove_all(journal);
  EXPECT_TRUE(knows(1, kToday));
  EXPECT_FALSE(std::filesystem::exists(path_ + ".bad"));

  RecentIds later(dir_.path(), clock_);
  std::filesystem::remove_all(journal);
  std::filesystem::create_directories(journal + "/x");
  EXPECT_FALSE(later.find(keys).has_value());
  clock_.advance_ms(RightsWait::kWaitUs / 1'000);
  static_cast<void>(later.find(keys));
  EXPECT_TRUE(std::filesystem::exists(path_ + ".bad"));
}

}  // namespace
}  // namespace penstock::store
