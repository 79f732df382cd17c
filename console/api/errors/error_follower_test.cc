#include "console/api/errors/error_follower.h"

#include <filesystem>
#include <vector>

#include <gtest/gtest.h>

#include "console/api/errors/error_groups.h"
#include "console/api/errors/error_testing.h"
#include "store/backends.h"
#include "support/temp_dir.h"
#include "support/wait_for.h"

namespace penstock::console {
namespace {

using penstock::testing::wait_for;
using store::kDay;
using store::kToday;
using testing::error_row;

class ErrorFollowerTest : public ::testing::Test {
 protected:
  void SetUp() override {
    store::StoreOptions options;
    options.path = store_path_;
    auto store = store::open_event_store(options, clock_);
    ASSERT_TRUE(store) << to_text(store.error());
    store_ = *std::move(store);
    auto groups = ErrorGroups::open(path_, clock_);
    ASSERT_TRUE(groups);
    groups_ = *std::move(groups);
    follow_anew();
  }

  // As after a restart, or a kill between two pieces.
  void follow_anew() {
    follower_.reset();
    auto follower = ErrorFollower::open(path_, store_path_, clock_);
    ASSERT_TRUE(follower) << to_text(follower.error());
    follower_ = *std::move(follower);
  }
  void store(std::int64_t at_ms, std::uint32_t errors, std::uint32_t others = 0,
             std::string_view properties = R"({"fingerprint":"a"})") {
    std::vector<event::Row> rows;
    for (std::uint32_t i = 0; i < errors; ++i) {
      rows.push_back(error_row(at_ms, number_++, properties));
    }
    for (std::uint32_t i = 0; i < others; ++i) rows.push_back(store::row_at(at_ms, number_++));
    const auto stored = store_->store(rows);
    ASSERT_TRUE(stored) << to_text(stored.error());
    ASSERT_EQ(stored->stored, rows.size());
  }
  bool take() {
    const auto is_more = follower_->take();
    EXPECT_TRUE(is_more) << to_text(is_more.error());
    return is_more.value_or(false);
  }
  void take_all() {
    while (take()) {
    }
  }
  std::uint64_t count_of_all() {
    GroupChoice all;
    all.first_seen_before_ms = kToday * 2;
    std::uint64_t count = 0;
    const auto marks = groups_->list(all);
    for (const GroupMark& mark : *marks) count += mark.count;
    return count;
  }

  const penstock::testing::TempDir dir_;
  const std::string path_ = dir_.path("console.db");
  const std::string store_path_ = dir_.path("events");
  ManualClock clock_{kToday + 1'000};
  std::unique_ptr<store::EventStore> store_;
  std::unique_ptr<ErrorGroups> groups_;
  std::unique_ptr<ErrorFollower> follower_;
  std::uint32_t number_ = 0;
};

TEST_F(ErrorFollowerTest, CountsWhatIsStoredOnce) {
  EXPECT_FALSE(take());
  store(kToday, 3, 20);
  take_all();
  EXPECT_EQ(count_of_all(), 3u);
  take_all();
  store(kToday, 0, 20);
  take_all();
  store(kToday, 2);
  take_all();
  EXPECT_EQ(count_of_all(), 5u);
  EXPECT_FALSE(groups_->progress("")->is_behind);
}

TEST_F(ErrorFollowerTest, ReadsAnOldStoreFromItsBeginningInPieces) {
  for (int day = 40; day >= 0; --day) store(kToday - day * kDay, 100, 10);
  int pieces = 0;
  do {
    ++pieces;
    if (pieces == 1) continue;
    EXPECT_TRUE(groups_->progress("")->is_behind);
    EXPECT_GT(groups_->progress("")->counted_ms, 0);
  } while (take());
  EXPECT_GE(pieces, 3);
  EXPECT_FALSE(groups_->progress("")->is_behind);
  EXPECT_EQ(count_of_all(), 4'100u);
}

// Wherever it ends, the next one goes on behind what was counted.
TEST_F(ErrorFollowerTest, LosesNothingAndCountsNothingTwiceOverRestarts) {
  std::uint64_t stored = 0;
  for (int round = 0; round < 12; ++round) {
    store(kToday - (round % 3) * kDay, 700, 30);
    stored += 700;
    take();  // One piece of up to 2,000, or of what there is.
    if (round % 2 == 0) follow_anew();
  }
  take_all();
  EXPECT_EQ(count_of_all(), stored);
  follow_anew();
  take_all();
  EXPECT_EQ(count_of_all(), stored);
}

// Two consoles of one console.db, which nobody should have: the second one steps back.
TEST_F(ErrorFollowerTest, IsNotTheOnlyOne) {
  auto other = ErrorFollower::open(path_, store_path_, clock_);
  ASSERT_TRUE(other);
  take_all();
  ASSERT_TRUE((*other)->take());
  store(kToday, 5);
  take_all();
  const auto refused = (*other)->take();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kOverloaded);
  while (*(*other)->take()) {
  }
  EXPECT_EQ(count_of_all(), 5u);
}

TEST_F(ErrorFollowerTest, KeepsWhatVanishesFromTheStore) {
  store(kToday - kDay, 4);
  store(kToday, 2);
  take_all();
  std::filesystem::remove_all(store_path_);
  follow_anew();
  take_all();
  EXPECT_EQ(count_of_all(), 6u);
}

TEST_F(ErrorFollowerTest, GroupsWithoutAFingerprintByNameAndMessage) {
  store(kToday, 2, 0, R"({"message":"no beans"})");
  store(kToday, 1, 0, R"({"message":"no milk"})");
  store(kToday, 1, 0, "{}");
  take_all();
  GroupChoice all;
  all.first_seen_before_ms = kToday * 2;
  EXPECT_EQ(groups_->list(all)->size(), 3u);
}

TEST_F(ErrorFollowerTest, FollowsByItself) {
  const SystemClock clock;
  follower_.reset();
  auto follower = ErrorFollower::start(path_, store_path_, clock);
  ASSERT_TRUE(follower);
  store(kToday, 3);
  EXPECT_TRUE(wait_for([&] { return count_of_all() == 3; }));
  store(kToday, 4);
  EXPECT_TRUE(wait_for([&] { return count_of_all() == 7; }));
}

TEST_F(ErrorFollowerTest, SaysWhereItCannotCount) {
  EXPECT_FALSE(ErrorFollower::open(dir_.path("absent/console.db"), store_path_, clock_));
}

}  // namespace
}  // namespace penstock::console
