#include "import/table_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "import/contract/reader_probe.h"

namespace penstock::importing {
namespace {

constexpr adapter::Rule kRules[] = {{"title", adapter::Place::kName},
                                    {"at", adapter::Place::kTime}};
constexpr adapter::ItemShape kShape{.rules = kRules};

class Reader final : public TableReader {
 public:
  using TableReader::TableReader;
  adapter::ReadOutcome read(const Row& row, const adapter::Context& context) override {
    if (!has_column(row, "title")) return refused("has no title");
    return read_cells(row, kShape, context, "at");
  }
};

TEST(TableReader, TakesCellsThatSaySomething) {
  Reader reader({.to_utc = [](std::int64_t local_ms) { return local_ms - 3'600'000; }}, "other");
  ReaderProbe probe(reader);
  const event::Record here =
      probe.cells({{"title", "Bought"}, {"at", "2026-11-26 12:43:04"}, {"n", ""}, {"m", "\xff"}});
  EXPECT_EQ(here.name, "Bought");
  EXPECT_EQ(here.occurred_at_ms, 1'795'693'384'000);
  EXPECT_THAT(here.properties, ::testing::HasSubstr("\"m\":\"\xef\xbf\xbd\""));
  EXPECT_THAT(here.properties, ::testing::Not(::testing::HasSubstr("\"n\"")));
  const event::Record zoned = probe.cells({{"title", "Bought"}, {"at", "2026-11-26T12:43:04Z"}});
  EXPECT_EQ(zoned.occurred_at_ms, 1'795'696'984'000);
}

TEST(TableReader, RefusesInWords) {
  Reader reader({}, "other");
  ReaderProbe probe(reader);
  probe.cells({{"at", "2026-11-26 12:43:04"}});
  EXPECT_EQ(probe.outcome.status, 422);
  EXPECT_THAT(probe.outcome.detail, ::testing::HasSubstr("has no title"));
}

TEST(Cells, AreFoundByName) {
  const Cell cells[] = {{"a", ""}, {"b", "2"}};
  const Row row{.text = "", .cells = cells};
  EXPECT_EQ(cell_of(row, "b"), "2");
  EXPECT_EQ(cell_of(row, "c"), "");
  EXPECT_TRUE(has_column(row, "a"));
  EXPECT_FALSE(has_column(row, "c"));
}

}  // namespace
}  // namespace penstock::importing
