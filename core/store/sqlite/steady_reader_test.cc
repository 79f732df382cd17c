#include "store/sqlite/steady_reader.h"

#include <filesystem>

#include "store/sqlite/day_file.h"
#include "store/sqlite/store_testing.h"

namespace penstock::store {
namespace {

class SteadyReaderTest : public StoreTest {
 protected:
  void SetUp() override {
    StoreTest::SetUp();
    store({row_at(kToday, 1)});
    store_.reset();
  }
  std::string path() const { return day_path(options_.path, kToday); }
};

TEST_F(SteadyReaderTest, KeepsNobodyFromAFileAtRest) {
  int calls = 0;
  const auto done = read_steadily(path(), [&](sqlite::Database& database) -> Result<void> {
    ++calls;
    auto rows = database.prepare("SELECT id FROM events");
    EXPECT_TRUE(rows->step().value_or(false));
    // In the midst of a reader's statement the worker opens the day.
    if (calls == 1) {
      EXPECT_TRUE(DayFile::open(path()).has_value());
    }
    return {};
  });
  EXPECT_TRUE(done.has_value());
}

TEST_F(SteadyReaderTest, ReadsOnceMoreWhatWasChangedUnderIt) {
  std::vector<std::int64_t> counts;
  const auto done = read_steadily(path(), [&](sqlite::Database& database) -> Result<void> {
    if (counts.empty()) {
      open_store();
      store({row_at(kToday, 2)});
    }
    auto rows = database.prepare("SELECT count(*) FROM events");
    EXPECT_TRUE(rows->step().value_or(false));
    counts.push_back(rows->integer(0));
    return {};
  });
  EXPECT_TRUE(done.has_value());
  ASSERT_EQ(counts.size(), 2u);
  EXPECT_EQ(counts.back(), 2);
}

TEST_F(SteadyReaderTest, FindsADamagedPage) {
  const auto fault = [&](bool is_quick) {
    std::string found;
    const auto done = read_steadily(path(), [&](sqlite::Database& database) -> Result<void> {
      auto checked = integrity_fault(database, is_quick);
      if (!checked) return fail(checked.error());
      found = *checked;
      return {};
    });
    return done ? found : to_text(done.error());
  };
  EXPECT_EQ(fault(true), "");
  EXPECT_EQ(fault(false), "");
  open_store();
  std::vector<event::Row> rows;
  for (std::uint32_t i = 0; i < 2'000; ++i) rows.push_back(row_at(kToday, i));
  store(rows);
  store_.reset();
  damage_rows(kToday);
  EXPECT_NE(fault(true), "");
}

}  // namespace
}  // namespace penstock::store
