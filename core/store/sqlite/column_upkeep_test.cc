#include "store/sqlite/column_upkeep.h"

#include <filesystem>

#include "sqlite/versions.h"
#include "store/contract/calendar.h"
#include "store/sqlite/check.h"
#include "store/sqlite/column_testing.h"

namespace penstock::store {
namespace {

class ColumnUpkeepTest : public ColumnsTest {
 protected:
  std::int64_t in_chunks(std::int64_t day_ms) {
    return number(day_ms, "SELECT ifnull(sum(rows), 0) FROM chunks");
  }

  VariedRows rows_{5};
};

TEST_F(ColumnUpkeepTest, SealsDaysOnceTheyRest) {
  clock_.set_wall_ms(kToday - kMinute);
  store(rows_.some(kToday - kDay, 30));
  store(rows_.some(kToday, 20));
  clock_.set_wall_ms(kToday + kRestMs - 1);
  while (store_->gather_columns()) {
  }
  EXPECT_EQ(in_chunks(kToday - kDay), 0);
  clock_.set_wall_ms(kToday + kRestMs);
  while (store_->gather_columns()) {
  }
  EXPECT_EQ(in_chunks(kToday - kDay), 30);
  EXPECT_EQ(in_chunks(kToday), 0);

  // What comes late makes it due again, once nothing more comes.
  store(rows_.some(kToday - kDay, 3));
  while (store_->gather_columns()) {
  }
  EXPECT_EQ(in_chunks(kToday - kDay), 30);
  clock_.advance_ms(kRestMs + kMinute);
  while (store_->gather_columns()) {
  }
  EXPECT_EQ(in_chunks(kToday - kDay), 33);
}

// Of a worker of before: rows and counts of everything.
TEST_F(ColumnUpkeepTest, ConvertsAnOlderDayAndMayBeCutOffAnywhere) {
  store(rows_.some(kToday, 2 * kChunkRowsMax + 7));
  run(kToday,
      "DELETE FROM chunks; DELETE FROM blocks; DELETE FROM dictionary_key;"
      "INSERT INTO counts (step, project, dimension, at, value, events) SELECT 60, project, 4, "
      "rowid, path, 1 FROM events WHERE rowid % 3 = 0;"
      "INSERT INTO counts (step, project, dimension, at, value, events) SELECT 86400, project, 4, "
      "rowid, path, 1 FROM events WHERE rowid % 3 = 0");
  const std::string path = day_path(options_.path, kToday);
  const std::int64_t later_ms = kToday + 3 * kDay;
  EXPECT_EQ(sealing_of(path, true, later_ms), Sealing::kDue);
  EXPECT_EQ(sealing_of(path, true, clock_.wall_ms() - kMinute), Sealing::kLater);
  OpenDays days(options_.path);
  const crypto::HashKey key = dictionary_key_of(options_.path);
  std::int64_t before = -1;
  int steps = 0;
  for (bool is_done = false; !is_done; ++steps) {
    EXPECT_EQ(fault(kToday), "");
    // Another process goes on.
    auto file = DayFile::open(path);
    ASSERT_TRUE(file.has_value());
    is_done = seal_day(**file, key, true, [] { return false; }).value();
    EXPECT_GE(in_chunks(kToday), before);
    before = in_chunks(kToday);
  }
  EXPECT_GT(steps, 4);
  EXPECT_EQ(before, 2 * std::int64_t{kChunkRowsMax} + 7);
  EXPECT_EQ(number(kToday, "SELECT count(*) FROM counts WHERE step = 60 OR dimension > 1"), 0);
  EXPECT_EQ(fault(kToday), "");
  EXPECT_EQ(sealing_of(path, true, later_ms), Sealing::kNothing);
}

// What is told of a day's later columns.
class LaterColumnsTest : public ColumnUpkeepTest {
 protected:
  using Texts = std::vector<std::string>;

  Texts answers() {
    queries_.reset();  // A store of another process.
    Texts all;
    for (const Dimension facet : kLater) {
      const auto top = queries().top(kAllDay, facet, {}, 50).value();
      for (const TopEntry& entry : top) all.push_back(str_cat(entry.value, ' ', entry.events));
    }
    // Few more: each asks thousands of rows where a column is not filled.
    Filter filter;
    filter.conditions = {{Dimension::kUtmMedium, "email", Comparison::kIsNot},
                         {Dimension::kUtmMedium, "", Comparison::kExists}};
    all.push_back(std::to_string(queries().summary(kAllDay, filter)->events));
    const auto entries =
        queries().visit_ends(kAllDay, VisitEnd::kEntry, Dimension::kChannel, {}, 50).value();
    for (const TopEntry& entry : entries) all.push_back(str_cat(entry.value, ' ', entry.events));
    Filter paid;
    paid.conditions = {{Dimension::kChannel, "paid", Comparison::kContains},
                       {Dimension::kUtmSource, "source7", Comparison::kIs}};
    all.push_back(std::to_string(queries().visits(kAllDay, paid)->visits));
    return all;
  }
  // All that the file has, whatever the order in which it was written.
  std::int64_t blocks() {
    return number(kToday, "SELECT count(*) * 1000003 + sum(length(bytes)) FROM blocks");
  }
  void check_filling();

  static constexpr Dimension kLater[] = {Dimension::kChannel, Dimension::kUtmSource,
                                         Dimension::kUtmMedium};
  static constexpr Range kAllDay{kToday, kToday + kDay};
};

// Of every step another process goes on.
void LaterColumnsTest::check_filling() {
  store_.reset();
  const Texts wanted = answers();
  ASSERT_GT(wanted.size(), 30u);
  const std::int64_t blocks_before = blocks();
  take_later_columns(kToday);
  ASSERT_LT(blocks(), blocks_before);
  EXPECT_EQ(fault(kToday), "");
  EXPECT_EQ(answers(), wanted);
  const std::string path = day_path(options_.path, kToday);
  EXPECT_EQ(sealing_of(path, true, kToday + 3 * kDay), Sealing::kDue);

  const crypto::HashKey key = dictionary_key_of(options_.path);
  int steps = 0;
  for (bool is_done = false; !is_done; ++steps) {
    auto file = DayFile::open(path);
    ASSERT_TRUE(file.has_value()) << to_text(file.error());
    is_done = seal_day(**file, key, false, [] { return false; }).value();
    file->reset();
    EXPECT_EQ(fault(kToday), "");
    EXPECT_EQ(answers(), wanted);
    EXPECT_EQ(sealing_of(path, false, kToday + 3 * kDay),
              steps == 0 ? Sealing::kChanges : Sealing::kNothing);
  }
  EXPECT_EQ(steps, 3);  // Two chunks, and nothing.
  EXPECT_EQ(blocks(), blocks_before);
  EXPECT_TRUE(check_sqlite_store(options_.path, false)->faults.empty());
}

TEST_F(LaterColumnsTest, AreFilledAndMayBeCutOffAnywhere) {
  store(rows_.some(kToday, kChunkRowsMax + 7));
  gather_all();
  check_filling();
}

TEST_F(LaterColumnsTest, AreFilledInACompactDay) {
  options_.compact_after_days = 1;
  open_store();
  store(rows_.some(kToday, kChunkRowsMax + 7));
  clock_.set_wall_ms(kToday + 4 * kDay);
  while (store_->gather_columns()) {
  }
  ASSERT_TRUE(is_compact(number(kToday, "PRAGMA user_version")));
  check_filling();
  EXPECT_EQ(number(kToday, "PRAGMA user_version"), kSchemaVersion | kCompactForm);
  const std::string copy = sqlite::copy_path(day_path(options_.path, kToday), 3 | kCompactForm);
  EXPECT_TRUE(std::filesystem::exists(copy));
  EXPECT_TRUE(remove_day(day_path(options_.path, kToday)));
  EXPECT_FALSE(std::filesystem::exists(copy));
}

// A chunk that is sealed anew for its changed rows has them at once.
TEST_F(LaterColumnsTest, ComeWithChangedRowsToo) {
  store(rows_.some(kToday, kChunkRowsMax + 7));
  gather_all();
  store_.reset();
  take_later_columns(kToday);
  ASSERT_TRUE(DayFile::open(day_path(options_.path, kToday)).has_value());
  run(kToday, "UPDATE events SET utm_source = 'mine' WHERE rowid = (SELECT last_row FROM chunks)");
  run(kToday, "DELETE FROM events WHERE rowid IN (SELECT first_row FROM chunks)");
  const Texts wanted = answers();
  EXPECT_EQ(fault(kToday), "");
  open_store();
  gather_all();
  EXPECT_EQ(answers(), wanted);
  EXPECT_EQ(number(kToday, "SELECT count(*) FROM blocks WHERE length(bytes) = 0 AND id >> 32 < 32"),
            0);
  EXPECT_TRUE(check_sqlite_store(options_.path, false)->faults.empty());
}

// Of a file that such a worker wrote (tests/store).
TEST_F(LaterColumnsTest, OfADayOfVersion3) {
  options_.free_percent_min = 100;
  open_store();
  constexpr std::int64_t kOldDay = 1'758'758'400'000;  // 2025-09-25.
  const std::string path = day_path(options_.path, kOldDay);
  std::filesystem::copy_file(
      str_cat(PENSTOCK_SOURCE_DIR, "/tests/store/version_3/", day_text(kOldDay), ".db"), path);
  ASSERT_EQ(number(kOldDay, "PRAGMA user_version"), 3);
  EXPECT_EQ(fault(kOldDay), "");
  const auto channels = [&] {
    std::string all;
    const Range day{kOldDay, kOldDay + kDay};
    const auto top = queries().top(day, Dimension::kChannel, {}, 9).value();
    for (const TopEntry& entry : top) {
      all += str_cat(entry.value, ' ', entry.events, '\n');
    }
    return all;
  };
  EXPECT_EQ(channels(), "Direct 64\nReferral 36\n");
  while (store_->gather_columns()) {
  }
  EXPECT_EQ(number(kOldDay, "PRAGMA user_version"), 3) << "there is no room for a copy";
  options_.free_percent_min = 0;
  open_store();
  while (store_->gather_columns()) {
  }
  EXPECT_EQ(number(kOldDay, "PRAGMA user_version"), kSchemaVersion);
  EXPECT_EQ(channels(), "Direct 64\nReferral 36\n");
  EXPECT_EQ(number(kOldDay, "SELECT count(*) FROM blocks WHERE length(bytes) = 0"), 0);
  EXPECT_TRUE(check_sqlite_store(options_.path, false)->faults.empty());
}

// In the day that goes on too, where nothing else is sealed before it is over.
TEST_F(ColumnUpkeepTest, CountsADayAnewWhereRowsWereChanged) {
  store(rows_.some(kToday, kChunkRowsMax + 40));
  const Range day{kToday, kToday + kDay};
  const auto events = [&] { return queries().summary(day, {})->events; };
  const auto counted = [&] {
    return number(kToday,
                  "SELECT events FROM counts WHERE step = 86400 AND dimension = 0 AND "
                  "project = 'default'");
  };
  const auto stored = [&] {
    return number(kToday, "SELECT count(*) FROM events WHERE project = 'default'");
  };
  EXPECT_EQ(counted(), stored());
  run(kToday, "DELETE FROM events WHERE rowid % 3 = 0 AND rowid <= (SELECT last_row FROM chunks)");
  EXPECT_NE(counted(), stored());
  EXPECT_EQ(static_cast<std::int64_t>(events()), number(kToday, "SELECT count(*) FROM events"));
  EXPECT_TRUE(check_sqlite_store(options_.path, false)->faults.empty());
  while (store_->gather_columns()) {
  }
  EXPECT_EQ(number(kToday, "SELECT count(*) FROM changed_rows"), 0);
  EXPECT_EQ(number(kToday, "SELECT count(*) FROM chunks"), 1);
  EXPECT_EQ(counted(), stored());
  EXPECT_TRUE(check_sqlite_store(options_.path, false)->faults.empty());

  // What is stored on top is counted once.
  run(kToday, "DELETE FROM events WHERE rowid = (SELECT max(rowid) FROM events)");
  store(rows_.some(kToday, kChunkRowsMax));
  gather_all();
  EXPECT_EQ(counted(), stored());
  EXPECT_EQ(static_cast<std::int64_t>(events()), number(kToday, "SELECT count(*) FROM events"));
  EXPECT_TRUE(check_sqlite_store(options_.path, false)->faults.empty());
}

TEST_F(ColumnUpkeepTest, PassesOverADayThatItCannotWorkOn) {
  store(rows_.some(kToday - kDay, 30));
  store(rows_.some(kToday - 2 * kDay, 30));
  run(kToday - kDay, "DROP TABLE blocks");
  gather_all();
  EXPECT_EQ(in_chunks(kToday - kDay), 0);
  EXPECT_EQ(in_chunks(kToday - 2 * kDay), 30);
}

}  // namespace
}  // namespace penstock::store
