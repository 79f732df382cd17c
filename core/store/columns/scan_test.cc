#include "store/columns/scan.h"

#include <algorithm>
#include <deque>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/text.h"
#include "store/columns/aggregates.h"
#include "store/columns/int_block.h"
#include "store/columns/part_testing.h"
#include "store/columns/row_match.h"
#include "store/contract/dimension.h"
#include "store/contract/row_testing.h"
#include "store/rollup/hyperloglog.h"

namespace penstock::store {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

const std::function<bool()> kNeverStop = [] { return false; };
constexpr Range kAllTimes{0, INT64_MAX};

struct Kept {
  std::int64_t id;
  event::Row row;
};

// The rows of a part, which it can be asked about too.
class Rows {
 public:
  event::Row& add(std::int64_t at_ms) {
    rows_.push_back({static_cast<std::int64_t>(rows_.size()) * 3 + 10, row_at(at_ms, 1)});
    return rows_.back().row;
  }
  std::string_view keep(std::string text) { return texts_.emplace_back(std::move(text)); }

  // Chunks of so many rows.
  void build(MemoryPart& part, std::size_t chunk_rows) const {
    for (std::size_t i = 0; i < rows_.size(); ++i) {
      part.add(rows_[i].id, rows_[i].row);
      if ((i + 1) % chunk_rows == 0) part.seal();
    }
    part.seal();
  }

  bool is_left(std::int64_t id, const Filter& filter) {
    ++asked_;
    return match_.is_left(filter, rows_.at(static_cast<std::size_t>((id - 10) / 3)).row);
  }
  std::vector<std::int64_t> plain(const Filter& filter, const Range& range,
                                  const std::vector<std::int64_t>& changed = {}) {
    std::vector<std::int64_t> ids;
    for (const auto& [id, row] : rows_) {
      const std::int64_t at_ms = row.record.occurred_at_ms;
      if (at_ms < range.from_ms || at_ms >= range.to_ms) continue;
      if (std::binary_search(changed.begin(), changed.end(), id)) continue;
      if (match_.is_left(filter, row)) ids.push_back(id);
    }
    return ids;
  }
  int asked() const { return asked_; }

 private:
  std::deque<Kept> rows_;
  std::deque<std::string> texts_;
  RowMatch match_;
  int asked_ = 0;
};

std::vector<std::int64_t> scanned(MemoryPart& part, Rows& rows, const Filter& filter,
                                  const Range& range = kAllTimes,
                                  const std::vector<std::int64_t>& changed = {},
                                  KeptMasks* masks = nullptr) {
  Columns columns = part.columns();
  const auto scanner = std::make_unique<Scanner>(kNeverStop);
  std::vector<std::int64_t> ids;
  const auto done = scanner->scan(
      {&columns, changed, masks}, filter, range, ChunkOrder::kByNumber,
      [&](std::int64_t id) -> Result<bool> { return rows.is_left(id, filter); },
      [&](ChunkRows& left) -> Result<void> {
        auto row_ids = left.row_ids();
        if (!row_ids) return fail(row_ids.error());
        for (const auto position : left.positions()) ids.push_back((*row_ids)[position]);
        return {};
      });
  EXPECT_TRUE(done.has_value());
  return ids;
}

TEST(Scanner, LeavesTheRowsOfTheRangeToTheMillisecond) {
  Rows rows;
  for (int i = 0; i < 10; ++i) rows.add(kToday + i);
  MemoryPart part;
  rows.build(part, 4);

  EXPECT_THAT(scanned(part, rows, {}, {kToday + 3, kToday + 6}), ElementsAre(19, 22, 25));
  EXPECT_THAT(scanned(part, rows, {}, {kToday + 3, kToday + 3}), IsEmpty());
  EXPECT_EQ(scanned(part, rows, {}).size(), 10u);
}

TEST(Scanner, LeavesOutChangedRows) {
  Rows rows;
  for (int i = 0; i < 6; ++i) rows.add(kToday + i);
  MemoryPart part;
  rows.build(part, 2);

  EXPECT_THAT(scanned(part, rows, {}, kAllTimes, {10, 13, 14, 22}), ElementsAre(16, 19, 25));
}

TEST(Scanner, FindsRowsWithoutAValue) {
  Rows rows;
  rows.add(kToday);
  rows.add(kToday).country = "DE";
  rows.add(kToday).record.properties = R"({"plan":""})";
  rows.add(kToday).record.properties = R"({"plan":"pro"})";
  MemoryPart part;
  rows.build(part, 8);

  Filter filter;
  filter.conditions = {{Dimension::kCountry, ""}, {Dimension::kCampaign, ""}};
  EXPECT_THAT(scanned(part, rows, filter), ElementsAre(10, 16, 19));
  filter.conditions.push_back({"plan", ""});
  filter.conditions.push_back({"none", ""});
  EXPECT_THAT(scanned(part, rows, filter), ElementsAre(10, 16));
  EXPECT_EQ(rows.asked(), 0);
}

TEST(Scanner, PassesOverAPartThatDoesNotKnowTheWord) {
  Rows rows;
  rows.add(kToday);
  MemoryPart part;
  rows.build(part, 8);
  Filter filter;
  filter.conditions = {{Dimension::kPath, "/none"}};
  EXPECT_THAT(scanned(part, rows, filter), IsEmpty());
  filter.conditions = {{"none", "x"}};
  EXPECT_THAT(scanned(part, rows, filter), IsEmpty());
}

TEST(Scanner, AsksTheRowsWhereAPropertyHasNoColumn) {
  Rows rows;
  std::string many = "{";
  for (std::uint32_t i = 0; i < kPropertiesAChunk; ++i) many += str_cat('"', "k", i, R"(":1,)");
  for (int i = 0; i < 3; ++i) rows.add(kToday + i).record.properties = rows.keep(many + "\"z\":0}");
  rows.add(kToday + 3).record.properties = rows.keep(many + R"("rare":"x","z":1})");
  MemoryPart part;
  rows.build(part, 8);

  Filter filter;
  filter.conditions = {{"rare", "x"}, {"k1", "1"}};
  EXPECT_THAT(scanned(part, rows, filter), ElementsAre(19));
  EXPECT_EQ(rows.asked(), 4);
}

// Behind those of a row that chunks hold.
TEST(Scanner, FindsTheLastOfVeryManyProperties) {
  Rows rows;
  std::string many = "{";
  for (std::uint32_t i = 0; i <= kPropertiesARow; ++i) many += str_cat(R"("k)", i, R"(":1,)");
  rows.add(kToday).record.properties = rows.keep(many + R"("last":"x"})");
  rows.add(kToday + 1).record.properties = R"({"last":"y"})";
  rows.add(kToday + 2);
  MemoryPart part;
  rows.build(part, 8);
  const auto found = [&](const char* value) {
    Filter filter;
    filter.conditions = {{"last", value}};
    return scanned(part, rows, filter);
  };
  EXPECT_THAT(found("x"), ElementsAre(10));
  EXPECT_THAT(found("y"), ElementsAre(13));
  EXPECT_THAT(found(""), ElementsAre(16));
}

TEST(Scanner, StopsBetweenTwoChunks) {
  Rows rows;
  for (int i = 0; i < 6; ++i) rows.add(kToday + i);
  MemoryPart part;
  rows.build(part, 2);
  Columns columns = part.columns();
  bool is_over = false;
  const std::function<bool()> should_stop = [&] { return is_over; };
  const auto scanner = std::make_unique<Scanner>(should_stop);
  int chunks = 0;
  const auto done = scanner->scan(
      {&columns, {}}, {}, kAllTimes, ChunkOrder::kByNumber,
      [](std::int64_t) -> Result<bool> { return true; },
      [&](ChunkRows&) -> Result<void> {
        ++chunks;
        is_over = true;
        return {};
      });
  ASSERT_FALSE(done.has_value());
  EXPECT_EQ(done.error().code, ErrorCode::kOverloaded);
  EXPECT_EQ(chunks, 1);
}

TEST(Scanner, FailsForAChunkWithoutItsBlocks) {
  Rows rows;
  rows.add(kToday);
  MemoryPart part;
  rows.build(part, 2);
  part.blocks().clear();
  Columns columns = part.columns();
  const auto scanner = std::make_unique<Scanner>(kNeverStop);
  const auto done = scanner->scan(
      {&columns, {}}, {}, {kToday, kToday}, ChunkOrder::kByNumber,
      [](std::int64_t) -> Result<bool> { return true; },
      [](ChunkRows& left) -> Result<void> {
        auto times = left.times();
        return times ? Result<void>() : fail(times.error());
      });
  EXPECT_TRUE(done.has_value());  // Outside of the range: not read.
  const auto read = scanner->scan(
      {&columns, {}}, {}, kAllTimes, ChunkOrder::kByNumber,
      [](std::int64_t) -> Result<bool> { return true; },
      [](ChunkRows& left) -> Result<void> {
        auto times = left.times();
        return times ? Result<void>() : fail(times.error());
      });
  ASSERT_FALSE(read.has_value());
  EXPECT_EQ(read.error().code, ErrorCode::kCorrupt);
}

// Hashes of a chunk's visitors. Of the one at `needing`, if any, the upper half says the register
// alone: what else a sketch counts of it stands in the lower one.
std::vector<std::uint64_t> hashes_of(std::size_t rows, std::optional<std::size_t> needing) {
  std::mt19937_64 random(rows);
  std::vector<std::uint64_t> hashes(rows);
  for (std::uint64_t& hash : hashes) hash = random() | std::uint64_t{1} << 32;
  if (needing) hashes[*needing] = std::uint64_t{0x12300000} << 32 | 0x40;
  return hashes;
}

void put_halves(std::uint32_t chunk, const std::vector<std::uint64_t>& hashes, BlockSink& blocks) {
  for (const auto& [column, shift] :
       {std::pair(kUpperVisitorColumn, 32), std::pair(kLowerVisitorColumn, 0)}) {
    std::vector<std::uint32_t> halves;
    for (const std::uint64_t hash : hashes) {
      halves.push_back(static_cast<std::uint32_t>(hash >> shift));
    }
    const std::string_view bytes(reinterpret_cast<const char*>(halves.data()),
                                 halves.size() * sizeof(std::uint32_t));
    ASSERT_TRUE(blocks.put({BlockKind::kValues, column, chunk}, bytes));
  }
}

std::string bytes_of(const HyperLogLog& sketch) {
  std::string bytes;
  sketch.append_to(bytes);
  return bytes;
}

// One chunk after the other, so that none takes what another one needed for its own. All rows are
// looked at for it: those of the loop that is wide, and those behind its last round.
TEST(Scanner, ReadsLowerHalvesOfHashesWhereASketchNeedsThem) {
  constexpr std::size_t kRows = 100;
  const std::optional<std::size_t> needing[] = {std::nullopt, 0, 63, std::nullopt, 64, 99};
  Rows rows;
  for (std::size_t i = 0; i < std::size(needing) * kRows; ++i) rows.add(kToday);
  MemoryPart part;
  rows.build(part, kRows);
  std::vector<std::vector<std::uint64_t>> hashes;
  for (std::uint32_t chunk = 0; chunk < std::size(needing); ++chunk) {
    put_halves(chunk, hashes.emplace_back(hashes_of(kRows, needing[chunk])), part.blocks());
  }
  Columns columns = part.columns();
  const auto scanner = std::make_unique<Scanner>(kNeverStop);
  const auto scan = [&](std::vector<std::int64_t> changed) {
    std::size_t chunks = 0;
    ASSERT_TRUE(scanner->scan(
        {&columns, changed}, {}, kAllTimes, ChunkOrder::kByNumber,
        [](std::int64_t) -> Result<bool> { return true; },
        [&](ChunkRows& left) -> Result<void> {
          const std::uint32_t chunk = left.chunk().number;
          HyperLogLog whole;
          for (const auto position : left.positions()) whole.add(hashes[chunk][position]);
          for (int again = 0; again < 2; ++again) {
            auto visitors = left.sketched_visitors();
            if (!visitors) return fail(visitors.error());
            EXPECT_EQ(visitors->lower.size(), needing[chunk] ? kRows : 0) << chunk;
            if (visitors->lower.empty() == needing[chunk].has_value()) continue;
            HyperLogLog sketch;
            add_visitors(*visitors, left.positions(), sketch);
            EXPECT_EQ(bytes_of(sketch), bytes_of(whole)) << chunk;
          }
          ++chunks;
          return {};
        }));
    EXPECT_EQ(chunks, std::size(needing));
  };
  scan({});
  // Rows that do not stand one behind the other are gathered first.
  std::vector<std::int64_t> changed;
  for (std::size_t row = 50; row < std::size(needing) * kRows; row += kRows) {
    changed.push_back(static_cast<std::int64_t>(row) * 3 + 10);
  }
  scan(changed);
}

// Pages ask several questions with one filter at once.
TEST(Scanner, ReadsTheColumnsOfAFilterOnce) {
  Rows rows;
  for (int i = 0; i < 40; ++i) rows.add(kToday + i).path = i % 20 < 10 ? "/a" : i == 15 ? "/b" : "";
  MemoryPart part;
  rows.build(part, 10);
  KeptMasks masks;
  const Filter is_b{"", {{Dimension::kPath, "/b"}}, {}};
  // What lies outside of the range is not taken for what the filter leaves out.
  EXPECT_THAT(scanned(part, rows, is_b, {kToday + 11, kToday + 13}, {}, &masks), IsEmpty());
  EXPECT_THAT(scanned(part, rows, is_b, kAllTimes, {55}, &masks), IsEmpty());
  EXPECT_THAT(scanned(part, rows, is_b, kAllTimes, {}, &masks), ElementsAre(55));

  std::string nothing;
  append_int_block(std::vector<std::uint32_t>(10, kEmptyCode), nothing);
  for (std::uint32_t chunk = 0; chunk < 4; ++chunk) {
    ASSERT_TRUE(
        part.blocks().put({BlockKind::kValues, column_number(Dimension::kPath), chunk}, nothing));
  }

  EXPECT_THAT(scanned(part, rows, is_b, kAllTimes, {}, &masks), ElementsAre(55));
  EXPECT_THAT(scanned(part, rows, is_b, {kToday + 16, kToday + 20}, {}, &masks), IsEmpty());
  const Filter is_a{"", {{Dimension::kPath, "/a"}}, {}};
  EXPECT_THAT(scanned(part, rows, is_a, kAllTimes, {}, &masks), IsEmpty());  // Of another filter.
  EXPECT_THAT(scanned(part, rows, is_b, kAllTimes, {}, &masks), ElementsAre(55));
}

// A page's tiles count bots, and its lists leave them out.
TEST(Scanner, ReadsTheColumnsOfAFilterOnceWithBotsAndWithout) {
  Rows rows;
  for (int i = 0; i < 20; ++i) {
    event::Row& row = rows.add(kToday + i);
    row.path = i == 3 || i == 14 || i == 15 ? "/b" : "/a";
    row.is_bot = i % 2 == 0;
  }
  MemoryPart part;
  rows.build(part, 10);
  KeptMasks masks;
  Filter is_b{"", {{Dimension::kPath, "/b"}}, {}};
  EXPECT_THAT(scanned(part, rows, is_b, kAllTimes, {}, &masks), ElementsAre(19, 52, 55));
  std::string nothing;
  append_int_block(std::vector<std::uint32_t>(10, kEmptyCode), nothing);
  for (std::uint32_t chunk = 0; chunk < 2; ++chunk) {
    ASSERT_TRUE(
        part.blocks().put({BlockKind::kValues, column_number(Dimension::kPath), chunk}, nothing));
  }

  is_b.is_bot = false;
  EXPECT_THAT(scanned(part, rows, is_b, kAllTimes, {}, &masks), ElementsAre(19, 55));
  is_b.is_bot = true;
  EXPECT_THAT(scanned(part, rows, is_b, kAllTimes, {}, &masks), ElementsAre(52));
  is_b.is_bot.reset();
  EXPECT_THAT(scanned(part, rows, is_b, kAllTimes, {}, &masks), ElementsAre(19, 52, 55));
}

// Filters of every kind against rows of every kind: the same that a look at each row leaves.
TEST(Scanner, LeavesWhatALookAtEachRowLeaves) {
  std::mt19937 random(7);
  const auto one_in = [&](std::uint32_t n) { return random() % n == 0; };
  const std::string long_path = "/" + std::string(300, 'p');
  Rows rows;
  std::string many;
  for (std::uint32_t i = 0; i < kPropertiesAChunk; ++i) many += str_cat('"', "k", i, R"(":1,)");
  const auto path = [&]() -> std::string {
    return one_in(9) ? long_path : str_cat("/", random() % 5);
  };
  for (int i = 0; i < 900; ++i) {
    event::Row& row = rows.add(kToday + static_cast<std::int64_t>(random() % 500));
    row.record.project = one_in(3) ? "shop" : "default";
    row.path = rows.keep(path());
    row.country = one_in(2) ? "" : "DE";
    row.is_bot = one_in(4);
    if (one_in(2)) row.record.properties = one_in(2) ? R"({"plan":"pro"})" : R"({"plan":3})";
    if (one_in(20)) row.record.properties = rows.keep("{" + many + R"("plan":"pro","rare":1})");
  }
  MemoryPart part;
  rows.build(part, 130);
  std::vector<std::int64_t> changed;
  for (std::int64_t id = 10; id < 2'700; ++id) {
    if (one_in(40)) changed.push_back(id);
  }
  KeptMasks masks;
  for (int i = 0; i < 200; ++i) {
    Filter filter;
    if (one_in(3)) filter.project = one_in(4) ? "none" : "shop";
    if (one_in(2)) {
      const std::string value = path();
      filter.conditions.push_back({Dimension::kPath, std::string(dimension_value(value))});
    }
    if (one_in(3)) filter.conditions.push_back({Dimension::kCountry, one_in(2) ? "" : "DE"});
    if (one_in(3)) filter.is_bot = one_in(2);
    if (one_in(3)) filter.conditions.push_back({"plan", one_in(3) ? "" : "pro"});
    if (one_in(6)) filter.conditions.push_back({"rare", one_in(3) ? "" : "1"});
    for (Condition& condition : filter.conditions) {
      if (one_in(2)) condition.comparison = static_cast<Comparison>(random() % 7);
    }
    const auto from = kToday + static_cast<std::int64_t>(random() % 500);
    const Range range =
        one_in(2) ? kAllTimes : Range{from, from + static_cast<std::int64_t>(random() % 300)};
    EXPECT_EQ(scanned(part, rows, filter, range, changed), rows.plain(filter, range, changed));
    for (const Range& asked : {range, kAllTimes, range}) {
      EXPECT_EQ(scanned(part, rows, filter, asked, changed, &masks),
                rows.plain(filter, asked, changed));
      EXPECT_EQ(scanned(part, rows, filter, asked, {}, &masks), rows.plain(filter, asked));
    }
  }
}

}  // namespace
}  // namespace penstock::store
