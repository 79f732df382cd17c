#include "store/sqlite/facet_counts.h"

#include "store/sqlite/column_testing.h"

namespace penstock::store {
namespace {

// Lists of all rows are tried with the charts (charts_test.cc).
using FacetCountsTest = ColumnsTest;

TEST_F(FacetCountsTest, CountTheRowsThatAreChosen) {
  std::vector<event::Row> rows;
  for (std::uint32_t i = 0; i < 30; ++i) {
    rows.push_back(row_at(kToday + i, i));
    rows.back().path = i < 20 ? "/a" : "/b";
    rows.back().record.properties = i % 2 == 0 ? R"({"plan":"pro"})" : "{}";
  }
  store(rows);
  DayReaders days(options_.path);
  DayScan scan(days);
  FacetCounts facets(days, scan);
  const Range range{kToday, kToday + kDay};
  const auto from_fifteen = [](ChunkRows& left) -> Result<void> {
    const std::vector<std::uint16_t> chosen(left.positions().begin() + 15, left.positions().end());
    left.narrow(chosen);
    return {};
  };
  const auto list = [&](const Facet& facet) {
    const auto entries = facets.list(range, facet, 5, [&](WordTotals& totals) {
      return days.each(range, [&](DayReader& reader, std::int64_t) {
        return reader.columns().read([&](const ColumnPart& part) {
          return facets.add(reader, part, range, facet, {}, from_fifteen, totals);
        });
      });
    });
    EXPECT_TRUE(entries.has_value());
    std::string text;
    for (const TopEntry& entry : *entries) text += str_cat(entry.value, ' ', entry.events, ' ');
    return text;
  };
  EXPECT_EQ(list(Dimension::kPath), "/b 10 /a 5 ");
  EXPECT_EQ(list(std::string("plan")), " 8 pro 7 ");
}

}  // namespace
}  // namespace penstock::store
