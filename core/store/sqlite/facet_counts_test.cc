#include "store/sqlite/facet_counts.h"

#include "store/sqlite/column_testing.h"

namespace penstock::store {
namespace {

constexpr Range kOneDay{kToday, kToday + kDay};
constexpr auto kAllRows = [](ChunkRows&) -> Result<void> { return {}; };

// Lists of all rows are tried with the charts (charts_test.cc).
class FacetCountsTest : public ColumnsTest {
 protected:
  // "value events " of each entry.
  std::string list(const Facet& facet, const std::vector<Condition>& conditions,
                   FacetCounts::Narrow narrow) {
    const Filter filter{"", conditions, std::nullopt};
    DayReaders days(options_.path);
    DayScan scan(days);
    FacetCounts facets(days, scan);
    const auto entries = facets.list(kOneDay, facet, 5, [&](WordTotals& totals) {
      return days.each(kOneDay, [&](DayReader& reader, std::int64_t) {
        return reader.columns().read([&](const ColumnPart& part) {
          return facets.add(reader, part, kOneDay, facet, filter, narrow, totals);
        });
      });
    });
    EXPECT_TRUE(entries.has_value());
    std::string text;
    for (const TopEntry& entry : *entries) text += str_cat(entry.value, ' ', entry.events, ' ');
    return text;
  }
};

TEST_F(FacetCountsTest, CountTheRowsThatAreChosen) {
  std::vector<event::Row> rows;
  for (std::uint32_t i = 0; i < 30; ++i) {
    rows.push_back(row_at(kToday + i, i));
    rows.back().path = i < 20 ? "/a" : "/b";
    rows.back().record.properties = i % 2 == 0 ? R"({"plan":"pro"})" : "{}";
  }
  store(rows);
  const auto from_fifteen = [](ChunkRows& left) -> Result<void> {
    const std::vector<std::uint16_t> chosen(left.positions().begin() + 15, left.positions().end());
    left.narrow(chosen);
    return {};
  };
  EXPECT_EQ(list(Dimension::kPath, {}, from_fifteen), "/b 10 /a 5 ");
  EXPECT_EQ(list(std::string("plan"), {}, from_fifteen), " 8 pro 7 ");
  EXPECT_EQ(list(Dimension::kPath, {{Dimension::kPath, "/a"}}, from_fifteen), "/a 5 ");
}

// By the filter alone, where it leaves one of them; a row that was changed since is in a part of
// its own, with a dictionary of its own.
TEST_F(FacetCountsTest, CountTheOneValueThatAFilterLeaves) {
  std::vector<event::Row> rows;
  for (std::uint32_t i = 0; i < kChunkRowsMax + 30; ++i) {
    rows.push_back(row_at(kToday + i, i));
    rows.back().path = i < 8'000 ? "/a" : "/b";
    rows.back().record.properties = i % 3 == 0 ? R"({"plan":"pro"})" : "{}";
  }
  store(rows);
  run(kToday, "UPDATE events SET path = '/b' WHERE rowid = (SELECT first_row FROM chunks)");
  const Condition is_a{Dimension::kPath, "/a"};
  const Condition is_b{Dimension::kPath, "/b"};
  const Condition is_pro{std::string("plan"), "pro"};
  const Condition has_none{std::string("plan"), ""};
  const Condition is_not_b{Dimension::kPath, "/b", Comparison::kIsNot};
  EXPECT_EQ(list(Dimension::kPath, {is_a}, kAllRows), "/a 7999 ");
  EXPECT_EQ(list(Dimension::kPath, {is_b}, kAllRows), "/b 223 ");
  EXPECT_EQ(list(Dimension::kPath, {is_b, is_pro}, kAllRows), "/b 75 ");
  EXPECT_EQ(list(std::string("plan"), {is_b, is_pro}, kAllRows), "pro 75 ");
  EXPECT_EQ(list(std::string("plan"), {is_a, has_none}, kAllRows), " 5333 ");
  EXPECT_EQ(list(std::string("plan"), {is_a}, kAllRows), " 5333 pro 2666 ");
  EXPECT_EQ(list(Dimension::kPath, {is_a, is_b}, kAllRows), "");
  EXPECT_EQ(list(Dimension::kPath, {{Dimension::kPath, "/none"}}, kAllRows), "");
  EXPECT_EQ(list(Dimension::kPath, {is_not_b}, kAllRows), "/a 7999 ");
}

}  // namespace
}  // namespace penstock::store
