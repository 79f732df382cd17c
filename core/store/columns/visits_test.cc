#include "store/columns/visits.h"

#include <functional>
#include <memory>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "store/columns/part_testing.h"
#include "store/contract/row_testing.h"
#include "store/rollup/visitor.h"

namespace penstock::store {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr std::int64_t kNoon = kToday + 12 * kHour;
constexpr std::int64_t kGap = kVisitGapS * 1'000;

struct Made {
  std::uint64_t key;
  std::int64_t at_ms;
};

VisitBuilder built(const std::vector<Made>& rows,
                   std::size_t rows_a_pass = VisitBuilder::kRowsAPass) {
  VisitBuilder builder(kToday, rows.size(), rows_a_pass);
  do {
    for (std::uint32_t i = 0; i < rows.size(); ++i) builder.add(i, rows[i].key, rows[i].at_ms);
  } while (builder.end_pass());
  return builder;
}

TEST(VisitBuilder, EndsAVisitBehindTheGapAndNotAtIt) {
  VisitBuilder visits = built({{7, kNoon}, {7, kNoon + kGap}, {7, kNoon + 2 * kGap + 1'000}});
  EXPECT_THAT(visits.places(), ElementsAre(4 | kFirstOfPart, 4 | kLastOfPart, kAlone));
  EXPECT_THAT(visits.parts().start_s, ElementsAre(43'200));
  EXPECT_THAT(visits.parts().length_s, ElementsAre(kVisitGapS));
  EXPECT_THAT(visits.parts().events, ElementsAre(2));
  EXPECT_THAT(visits.parts().edges, IsEmpty());
}

TEST(VisitBuilder, TakesRowsInAnyOrderAndNumbersByTheFirst) {
  VisitBuilder visits =
      built({{9, kNoon + 900}, {7, kNoon + 4'000}, {9, kNoon + 60'000}, {7, kNoon}});
  EXPECT_THAT(visits.places(),
              ElementsAre(8 | kFirstOfPart, 4 | kLastOfPart, 8 | kLastOfPart, 4 | kFirstOfPart));
  EXPECT_THAT(visits.parts().length_s, ElementsAre(4, 60));
}

TEST(VisitBuilder, OfOneMillisecondRowsStandInTheirOrder) {
  VisitBuilder visits = built({{7, kNoon}, {7, kNoon}, {7, kNoon}});
  EXPECT_THAT(visits.places(), ElementsAre(4 | kFirstOfPart, 4, 4 | kLastOfPart));
}

TEST(VisitBuilder, KeepsTheKeysOfPartsNearMidnight) {
  VisitBuilder visits = built({{1, kToday + kGap - 1},
                               {2, kToday + kGap},
                               {3, kToday + kDay - kGap},
                               {4, kToday + kDay - kGap - 1}});
  EXPECT_THAT(visits.parts().edges, ElementsAre(VisitParts::Edge{1, 1}, VisitParts::Edge{2, 3}));
  EXPECT_THAT(visits.places(), ElementsAre(4 | kAlone, kAlone, 8 | kAlone, kAlone));
}

TEST(VisitBuilder, TakesATimeOfAnotherDayForTheNearest) {
  VisitBuilder visits = built({{1, kToday - 5 * kDay}, {2, kToday + 5 * kDay}});
  EXPECT_THAT(visits.parts().start_s, ElementsAre(0, 86'399));
}

TEST(VisitBuilder, OfNothingIsNothing) {
  EXPECT_THAT(built({}).places(), IsEmpty());
  EXPECT_EQ(built({}).parts().size(), 0u);
}

TEST(VisitBuilder, SaysTheSameInSeveralPasses) {
  std::uint64_t state = 1;
  std::vector<Made> rows;
  for (int i = 0; i < 3'000; ++i) {
    state = state * 6'364'136'223'846'793'005 + 1'442'695'040'888'963'407;
    const std::uint64_t key = (state >> 40) % 500 * 0x9e37'79b9'7f4a'7c15;
    rows.push_back({key, kToday + static_cast<std::int64_t>((state >> 20) % kDay)});
  }
  VisitBuilder once = built(rows);
  VisitBuilder often = built(rows, 200);
  EXPECT_EQ(once.places(), often.places());
  EXPECT_EQ(once.parts(), often.parts());
}

TEST(VisitRows, TellVisitorsAndProjectsApart) {
  MemoryPart part;
  auto add = [&, id = 1](const char* project, const char* visitor) mutable {
    event::Row row = row_at(kNoon + id * 1'000, 1);
    row.record.project = project;
    row.record.anonymous_id = visitor;
    part.add(id++, row);
  };
  for (const char* project : {"shop", "", "blog"}) {
    for (const char* visitor : {"a", "b", "a"}) add(project, visitor);
  }
  part.seal();
  Columns columns = part.columns();
  VisitBuilder builder(kToday, 9);
  VisitRows rows;
  rows.begin_part();
  const std::function<bool()> never = [] { return false; };
  const auto scanner = std::make_unique<Scanner>(never);
  ASSERT_TRUE(scanner->scan(
      {&columns, {}}, {}, {0, INT64_MAX}, ChunkOrder::kByNumber,
      [](std::int64_t) -> Result<bool> { return true; },
      [&](ChunkRows& left) { return rows.add(columns, left, 0, builder); }));
  EXPECT_FALSE(builder.end_pass());
  EXPECT_THAT(builder.places(),
              ElementsAre(4 | kFirstOfPart, kAlone, 4 | kLastOfPart, 8 | kFirstOfPart, kAlone,
                          8 | kLastOfPart, 12 | kFirstOfPart, kAlone, 12 | kLastOfPart));
}

}  // namespace
}  // namespace penstock::store
