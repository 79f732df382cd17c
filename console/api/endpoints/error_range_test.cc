#include "console/api/endpoints/error_range.h"

#include <gtest/gtest.h>

#include "console/api/errors/error_testing.h"
#include "store/backends.h"
#include "support/temp_dir.h"

namespace penstock::console {
namespace {

using store::kDay;
using store::kHour;
using store::kToday;
using testing::error_row;

constexpr store::Range kDayRange{kToday, kToday + kDay};

GroupMark mark_of(std::string project, std::string fingerprint, std::string name = "",
                  std::string said = "") {
  GroupMark mark;
  mark.key = {std::move(project), std::move(fingerprint), std::move(name), std::move(said)};
  return mark;
}

class ErrorRangeTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::vector<event::Row> rows;
    const auto add = [&](std::int64_t at_ms, std::string_view project, std::string_view properties,
                         std::string_view user) {
      event::Row row = error_row(at_ms, static_cast<std::uint32_t>(rows.size()), properties);
      row.record.project = project;
      row.record.user_id = user;
      rows.push_back(row);
    };
    for (int i = 0; i < 6; ++i) {
      add(kToday + i * kHour, "default", R"({"fingerprint":"a"})", i % 2 == 0 ? "ada" : "bob");
    }
    add(kToday, "shop", R"({"fingerprint":"a"})", "ada");
    add(kToday, "default", R"({"message":"no beans"})", "ada");
    add(kToday, "default", R"({"message":"no milk"})", "ada");
    add(kToday - kDay, "default", R"({"fingerprint":"old"})", "ada");
    rows.push_back(store::row_at(kToday, 99));  // No error.
    store::StoreOptions options;
    options.path = dir_.path("events");
    auto store = store::open_event_store(options, clock_);
    ASSERT_TRUE(store && (*store)->store(rows));
    auto queries = store::open_queries(options.path);
    ASSERT_TRUE(queries);
    queries_ = *std::move(queries);
  }

  const penstock::testing::TempDir dir_;
  ManualClock clock_{kToday + 1'000};
  std::unique_ptr<store::Queries> queries_;
};

TEST_F(ErrorRangeTest, CountsByProjectAndFingerprint) {
  RangeCounts counts;
  const std::vector<GroupMark> marks{mark_of("default", "a"), mark_of("shop", "a")};
  ASSERT_TRUE(counts.ask(*queries_, kDayRange, {}, marks));
  EXPECT_EQ(counts.of(marks[0].key), 6u);
  EXPECT_EQ(counts.of(marks[1].key), 1u);
  EXPECT_EQ(counts.of(mark_of("default", "old").key), 0u);
  EXPECT_FALSE(counts.may_have(mark_of("default", "old").key));
  // It had some of those without; shop had none.
  EXPECT_FALSE(counts.of(mark_of("default", "", "TypeError", "no beans").key));
  EXPECT_TRUE(counts.may_have(mark_of("default", "", "TypeError", "no beans").key));
  EXPECT_FALSE(counts.may_have(mark_of("shop", "", "TypeError", "no beans").key));
  // Nobody asked.
  EXPECT_TRUE(counts.may_have(mark_of("other", "a").key));
  EXPECT_FALSE(counts.is_partial());
}

TEST_F(ErrorRangeTest, CountsUsersOfTheGroupsWithTheMostEvents) {
  std::vector<GroupMark> marks{mark_of("shop", "a"), mark_of("default", "a"),
                               mark_of("default", "", "TypeError", "no beans"),
                               mark_of("default", "old")};
  const auto users_of = [&] {
    RangeCounts counts;
    EXPECT_TRUE(counts.ask(*queries_, kDayRange, {}, marks));
    RangeUsers users;
    EXPECT_TRUE(users.ask(*queries_, kDayRange, {}, marks, counts));
    return users;
  };
  const RangeUsers some = users_of();
  EXPECT_EQ(some.of(0), 1u);
  EXPECT_EQ(some.of(1), 2u);
  EXPECT_EQ(some.of(2), 1u);
  EXPECT_FALSE(some.of(3));  // It had no events.
  EXPECT_FALSE(some.is_partial());

  // Those without a fingerprint are asked one by one.
  for (std::size_t i = 0; i < RangeUsers::kUnnamedMax; ++i) {
    marks.push_back(mark_of("default", "", "TypeError", str_cat("none ", i)));
  }
  const RangeUsers many = users_of();
  EXPECT_EQ(many.of(1), 2u);
  EXPECT_EQ(many.of(2), 1u);
  EXPECT_EQ(many.of(3 + RangeUsers::kUnnamedMax), std::nullopt);
  EXPECT_TRUE(many.is_partial());

  marks.resize(4);
  // Of some projects it is known that they had none.
  for (std::size_t i = 0; i < RangeUsers::kGroupsMax + RangeCounts::kProjectsMax; ++i) {
    marks.push_back(mark_of(str_cat("not asked ", i), "a"));
  }
  const RangeUsers most = users_of();
  EXPECT_FALSE(most.of(0));  // It had the fewest events.
  EXPECT_TRUE(most.is_partial());
}

TEST_F(ErrorRangeTest, AsksAboutABoundedNumberOfProjects) {
  std::vector<GroupMark> marks{mark_of("default", "a"), mark_of("shop", "a")};
  for (std::size_t i = 0; i < RangeCounts::kProjectsMax; ++i) {
    marks.push_back(mark_of(str_cat("p", i), "a"));
  }
  RangeCounts counts;
  ASSERT_TRUE(counts.ask(*queries_, kDayRange, {}, marks));
  EXPECT_TRUE(counts.is_partial());
  EXPECT_EQ(counts.of(marks[0].key), 6u);
  EXPECT_FALSE(counts.of(marks[1].key));  // The last one by name.
}

TEST_F(ErrorRangeTest, HasATrendOfEachGroupAlone) {
  const std::vector<ErrorKey> keys{mark_of("default", "a").key,
                                   mark_of("default", "", "TypeError", "no beans").key,
                                   mark_of("shop", "old").key, mark_of("shop", "a").key};
  RangeTrends trends;
  ASSERT_TRUE(trends.ask(*queries_, kDayRange, {}, keys, 32));
  const auto& trend = trends.of(0);
  EXPECT_EQ(trend->all_events, 6u);
  EXPECT_EQ(trend->all_users, 2u);
  ASSERT_EQ(trend->at_s.size(), 24u);
  EXPECT_EQ(trend->at_s.front(), kToday / 1'000);
  EXPECT_EQ(trend->events[5], 1u);
  EXPECT_EQ(trend->events[6], 0u);
  EXPECT_EQ(trend->users[5], 1u);
  EXPECT_EQ(trends.of(1)->all_events, 1u);
  EXPECT_EQ(trends.of(1)->all_users, 1u);
  EXPECT_EQ(trends.of(2)->all_events, 0u);
  EXPECT_EQ(trends.of(2)->all_users, 0u);
  EXPECT_EQ(trends.of(3)->all_events, 1u);
  // Whatever the range: so many points and no more.
  for (const std::int64_t days : {2, 31, 400, 9'000}) {
    const store::Range range{kToday - days * kDay, kToday + kDay};
    ASSERT_TRUE(trends.ask(*queries_, range, {}, keys, 32)) << days;
    EXPECT_EQ(trends.of(0)->all_events, 6u);
    EXPECT_LE(trends.of(0)->at_s.size(), 33u) << days;
    EXPECT_GE(trends.of(0)->at_s.size(), 2u) << days;
  }
}

// What there was time for is known.
TEST_F(ErrorRangeTest, KnowsNothingOfWhatThereWasNoTimeFor) {
  const std::atomic<bool> is_cancelled = true;
  RangeTrends trends;
  EXPECT_FALSE(trends.ask(queries_->within({.is_cancelled = &is_cancelled}), kDayRange, {},
                          {mark_of("default", "a").key}, 32));
  EXPECT_FALSE(trends.of(0));
}

TEST_F(ErrorRangeTest, ConditionsAreTextsThatClientsMaySend) {
  EXPECT_EQ(condition_texts_of(mark_of("default", "a=b").key),
            (std::vector<std::string>{"kind=error", "properties.fingerprint=a=b"}));
  EXPECT_EQ(condition_texts_of(mark_of("default", "", "Type", "it's").key),
            (std::vector<std::string>{"kind=error", "properties.fingerprint=", "name=Type",
                                      "properties.message=it's"}));
}

}  // namespace
}  // namespace penstock::console
