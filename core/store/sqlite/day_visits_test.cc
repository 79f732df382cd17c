#include "store/sqlite/day_visits.h"

#include "store/sqlite/column_testing.h"

namespace penstock::store {
namespace {

class DayVisitsTest : public ColumnsTest {
 protected:
  // The places of all rows, and the parts.
  std::pair<std::vector<VisitPlace>, VisitParts> seen(FunctionRef<void()> meanwhile) {
    DayReaders days(options_.path);
    DayScan scan(days);
    const auto visits = std::make_unique<DayVisits>(scan);
    std::vector<VisitPlace> places;
    const auto done = days.visit(kToday, [&](DayReader& reader) {
      return visits->read(reader, kToday, [&] {
        meanwhile();
        return visits->each_part(reader, [&](const ColumnPart& part) -> Result<void> {
          for (const ChunkInfo& chunk : part.columns->chunks()) {
            auto some = visits->places(part, chunk);
            if (!some) return fail(some.error());
            places.insert(places.end(), some->begin(), some->end());
          }
          return {};
        });
      });
    });
    EXPECT_TRUE(done.has_value());
    return {places, visits->parts()};
  }

  VariedRows rows_{17};
};

TEST_F(DayVisitsTest, AreTheSameWorkedOutAndWritten) {
  store(rows_.some(kToday, 3 * kChunkRowsMax + 5));
  const auto nothing = [] {};
  const auto worked_out = seen(nothing);
  EXPECT_EQ(worked_out.first.size(), 3 * kChunkRowsMax + 5);
  EXPECT_GT(worked_out.second.size(), 100u);
  gather_all();
  EXPECT_EQ(seen(nothing), worked_out);
}

// The visits of a moment with the rows of that moment.
TEST_F(DayVisitsTest, AreOfOneMomentWithTheRowsWhateverIsStoredMeanwhile) {
  store(rows_.some(kToday, 100));
  EXPECT_EQ(seen([&] { store(rows_.some(kToday, 100)); }).first.size(), 100u);
  EXPECT_EQ(seen([] {}).first.size(), 200u);
}

}  // namespace
}  // namespace penstock::store
