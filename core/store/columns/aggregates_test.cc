#include "store/columns/aggregates.h"

#include <algorithm>
#include <map>
#include <memory>
#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/random.h"
#include "store/columns/part_testing.h"
#include "store/contract/row_testing.h"

namespace penstock::store {
namespace {

using ::testing::ElementsAre;

const std::function<bool()> kNeverStop = [] { return false; };

void scan_all(MemoryPart& part, const Range& range, ChunkOrder order,
              FunctionRef<Result<void>(ChunkRows& rows)> visit) {
  Columns columns = part.columns();
  const auto scanner = std::make_unique<Scanner>(kNeverStop);
  const auto done = scanner->scan(
      {&columns, {}}, {}, range, order, [](std::int64_t) -> Result<bool> { return true; }, visit);
  EXPECT_TRUE(done.has_value());
}

// Times in any order, many of them the same.
std::vector<RowPlace> add_random_rows(MemoryPart& part, std::size_t count) {
  std::mt19937 random(5);
  std::vector<RowPlace> places;
  for (std::size_t i = 0; i < count; ++i) {
    const RowPlace place{kToday + static_cast<std::int64_t>(random() % 200),
                         static_cast<std::int64_t>(i) + 1};
    part.add(place.row_id, row_at(place.at_ms, 1));
    if (random() % 40 == 0) part.seal();
    places.push_back(place);
  }
  part.seal();
  return places;
}

// Rows of 2,000 seconds, by steps of every sort.
TEST(Buckets, CountEachRowInItsOwn) {
  MemoryPart part;
  std::mt19937 random(7);
  std::vector<std::int64_t> times;
  for (int i = 0; i < 500; ++i) {
    times.push_back(kToday + static_cast<std::int64_t>(random() % 2'000'000));
    part.add(i + 1, row_at(times.back(), 1));
    if (random() % 40 == 0) part.seal();
  }
  part.seal();
  const Range range{kToday, kToday + kDay};
  constexpr std::int64_t kTodayS = kToday / 1'000;
  for (const Step& step :
       {Step(60), Step(3'600), Step(StepStarts{kTodayS - 9, kTodayS + 1, kTodayS + 700}),
        Step(StepStarts{kTodayS})}) {
    const auto steps = Steps::of(range, step);
    ASSERT_TRUE(steps);
    std::map<std::size_t, std::size_t> wanted;
    for (const std::int64_t at_ms : times) ++wanted[steps->index_of(at_ms)];
    std::map<std::size_t, std::size_t> found;
    scan_all(part, range, ChunkOrder::kByNumber, [&](ChunkRows& rows) {
      return visit_buckets(rows, *steps,
                           [&](std::size_t bucket, std::span<const std::uint16_t> positions) {
                             found[bucket] += positions.size();
                           });
    });
    EXPECT_EQ(found, wanted) << steps->size();
  }
}

// The chunk's own times lie outside of it.
TEST(Buckets, AreOfTheRowsThatAreLeft) {
  MemoryPart part;
  for (int i = 0; i < 10; ++i) part.add(i, row_at(kToday + i * 10, 1));
  part.seal();
  std::map<std::size_t, std::size_t> found;
  const Range range{kToday + 40, kToday + 60};
  const auto steps = Steps::of(range, 60);
  scan_all(part, range, ChunkOrder::kByNumber, [&](ChunkRows& rows) {
    return visit_buckets(rows, *steps,
                         [&](std::size_t bucket, std::span<const std::uint16_t> positions) {
                           found[bucket] += positions.size();
                         });
  });
  EXPECT_EQ(found, (std::map<std::size_t, std::size_t>{{0, 2}}));
}

TEST(CodeCounts, AreByCodeAndBounded) {
  CodeCounts counts;
  const std::uint32_t codes[] = {5, 2, 5, 5};
  const std::uint16_t positions[] = {0, 1, 3};
  ASSERT_TRUE(counts.add(codes, positions).has_value());
  ASSERT_TRUE(counts.add(kEmptyCode, 4).has_value());
  ASSERT_TRUE(counts.add(7, 3).has_value());
  ASSERT_EQ(counts.counts().size(), 8u);
  EXPECT_EQ(counts.counts()[0], 4u);
  EXPECT_EQ(counts.counts()[2], 1u);
  EXPECT_EQ(counts.counts()[5], 2u);
  EXPECT_EQ(counts.counts()[7], 3u);
  counts.clear();
  EXPECT_TRUE(counts.counts().empty());

  const std::uint32_t wrong[] = {UINT32_MAX};
  EXPECT_EQ(counts.add(wrong, std::span(positions).first(1)).error().code, ErrorCode::kCorrupt);
  EXPECT_EQ(counts.add(UINT32_MAX, 1).error().code, ErrorCode::kCorrupt);
}

// Of few words and of many, in whole chunks and in parts of them, one after the other.
TEST(CodeCounts, AreThoseOfAPlainCount) {
  CodeCounts counts;
  Random random(3);
  for (const std::uint32_t words : {3U, 120U, 130U, 60'000U, 40U}) {
    counts.clear();
    std::map<std::uint32_t, std::uint32_t> wanted;
    for (const std::uint64_t left_of_ten : {10U, 3U, 0U}) {
      std::vector<std::uint32_t> codes;
      std::vector<std::uint16_t> positions;
      for (std::uint16_t i = 0; i < 1'000; ++i) {
        codes.push_back(static_cast<std::uint32_t>(random.next() % words));
        if (random.next() % 10 >= left_of_ten) continue;
        positions.push_back(i);
        ++wanted[codes.back()];
      }
      ASSERT_TRUE(counts.add(codes, positions).has_value());
    }
    std::map<std::uint32_t, std::uint32_t> counted;
    for (std::uint32_t code = 0; code < counts.counts().size(); ++code) {
      if (counts.counts()[code] > 0) counted[code] = counts.counts()[code];
    }
    EXPECT_EQ(counted, wanted) << words;
  }
}

TEST(Bots, AreCountedAmongTheRowsThatAreLeft) {
  MemoryPart part;
  for (int i = 0; i < 4; ++i) {
    event::Row row = row_at(kToday + i, 1);
    row.is_bot = i != 1;
    part.add(i, row);
  }
  part.seal();
  std::uint64_t bots = 0;
  scan_all(part, {kToday + 1, kToday + 3}, ChunkOrder::kByNumber, [&](ChunkRows& rows) {
    bots += count_bots(rows).value_or(100);
    return Result<void>();
  });
  EXPECT_EQ(bots, 1u);
}

TEST(FirstRows, AreThoseOfAllRowsInBothOrders) {
  MemoryPart part;
  auto places = add_random_rows(part, 600);
  std::sort(places.begin(), places.end());
  const Range range{kToday + 10, kToday + 190};
  std::erase_if(places, [&](const RowPlace& place) {
    return place.at_ms < range.from_ms || place.at_ms >= range.to_ms;
  });
  for (const auto order : {FirstRows::Order::kOldestFirst, FirstRows::Order::kNewestFirst}) {
    auto wanted = places;
    if (order == FirstRows::Order::kNewestFirst) std::reverse(wanted.begin(), wanted.end());
    std::vector<RowPlace> found;
    // Pages up to the end, one of them in the middle of a millisecond at least.
    while (found.size() < wanted.size()) {
      const std::size_t before = found.size();
      FirstRows first(order, range, found.empty() ? nullptr : &found.back(), 37);
      scan_all(part, first.range(), first.chunk_order(),
               [&](ChunkRows& rows) { return first.add(rows); });
      for (const RowPlace& place : first.take()) found.push_back(place);
      ASSERT_GT(found.size(), before);
    }
    EXPECT_EQ(found, wanted);
  }
}

TEST(FirstRows, ReadNoChunkThatCannotHaveOne) {
  MemoryPart part;
  for (int i = 0; i < 100; ++i) {
    part.add(i, row_at(kToday + i, 1));
    if (i % 10 == 9) part.seal();
  }
  FirstRows first(FirstRows::Order::kNewestFirst, {kToday, kToday + kDay}, nullptr, 3);
  int chunks = 0;
  scan_all(part, first.range(), first.chunk_order(), [&](ChunkRows& rows) {
    ++chunks;
    return first.add(rows);
  });
  EXPECT_EQ(chunks, 1);
  EXPECT_THAT(first.take(), ElementsAre(RowPlace{kToday + 99, 99}, RowPlace{kToday + 98, 98},
                                        RowPlace{kToday + 97, 97}));
}

}  // namespace
}  // namespace penstock::store
