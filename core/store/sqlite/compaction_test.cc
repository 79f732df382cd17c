#include "store/sqlite/compaction.h"

#include <filesystem>

#include "sqlite/versions.h"
#include "store/contract/row_json.h"
#include "store/sqlite/check.h"
#include "store/sqlite/column_testing.h"
#include "store/sqlite/copy.h"
#include "store/sqlite/day_reader.h"
#include "store/sqlite/migrations.h"
#include "store/sqlite/schema.h"

namespace penstock::store {
namespace {

using Lines = std::vector<std::string>;

constexpr const char* kAllColumns = "SELECT * FROM events ORDER BY id";
constexpr Range kDayRange{kToday, kToday + kDay};

// What the sqlite3 tool would print.
Lines table(const std::string& path, const std::string& sql = kAllColumns) {
  Lines rows;
  auto database = sqlite::Database::open(path, {.access = sqlite::Access::kReadOnly});
  EXPECT_TRUE(database.has_value());
  auto select = database->prepare(sql);
  EXPECT_TRUE(select.has_value()) << to_text(select.error());
  while (select->step().value_or(false)) {
    std::string row;
    for (int i = 0; i < kRowColumnCount; ++i) row += str_cat(select->blob(i), '|');
    rows.push_back(std::move(row));
  }
  return rows;
}

class CompactionTest : public ColumnsTest {
 protected:
  std::string path() const { return day_path(options_.path, kToday); }

  // Seals it, and brings it to rest.
  void close_day() {
    gather_all();
    store_.reset();
  }

  Result<void> compact() {
    auto compaction = Compaction::begin(path());
    if (!compaction) return fail(compaction.error());
    while (true) {
      auto is_done = (*compaction)->work([] { return true; });
      if (!is_done) return fail(is_done.error());
      if (*is_done) return {};
    }
  }
  void close_and_compact() {
    close_day();
    const auto done = compact();
    ASSERT_TRUE(done.has_value()) << to_text(done.error());
    ASSERT_TRUE(is_compact(number(kToday, "PRAGMA user_version")));
    open_store();
  }

  // What every question about the day says.
  Lines answers() {
    Lines lines;
    const auto add_row = [&lines](const event::Row& row) {
      append_row_json(row, lines.emplace_back());
      return true;
    };
    Filter by_path;
    by_path.conditions = {{Dimension::kPath, "/path/1"}};
    Filter by_property;
    by_property.conditions = {{"key7", "true"}};
    for (const Filter& filter : {Filter(), by_path, by_property}) {
      EXPECT_TRUE(queries().scan(kDayRange, filter, add_row).has_value());
      Page page{.limit = 150, .cursor = {}};
      for (int i = 0; i < 3 && (i == 0 || !page.cursor.empty()); ++i) {
        page.cursor = queries().events(kDayRange, filter, page, add_row).value();
      }
      const auto summary = queries().summary(kDayRange, filter);
      lines.push_back(str_cat(summary->events, ' ', summary->visitors.value_or(0)));
      const auto top = queries().top(kDayRange, Dimension::kPath, filter, 50);
      const auto series = queries().timeseries(kDayRange, 3'600, filter);
      for (const TopEntry& entry : *top) {
        lines.push_back(str_cat(entry.value, ' ', entry.events));
      }
      for (const std::uint64_t events : series->events) {
        lines.push_back(str_cat(events));
      }
    }
    EXPECT_TRUE(queries().missing_days().empty());
    return lines;
  }

  void expect_in_order() {
    const auto checked = check_sqlite_store(options_.path, false);
    ASSERT_TRUE(checked.has_value());
    for (const FileFault& fault : checked->faults) ADD_FAILURE() << fault.what;
  }

  VariedRows rows_{7};
};

// As days were made before pages grew, and as days of late events are.
TEST_F(CompactionTest, ADayKeepsItsSmallPages) {
  {
    auto day = sqlite::Database::open(path(), {.page_bytes = 4'096});
    ASSERT_TRUE(migrate(*day, path(), false).has_value());
  }
  store(rows_.some(kToday, 400));
  const Lines before = answers();
  close_and_compact();
  EXPECT_EQ(number(kToday, "PRAGMA page_size"), 4'096);
  EXPECT_EQ(answers(), before);
}

// A reader that has the day open goes on, and so does a list between two of its pages.
TEST_F(CompactionTest, IsTheSameToWhoeverReads) {
  auto rows = rows_.some(kToday, 2'000);
  rows[0].record.url = "https://example.com/";
  rows[1].record.url = "https://example.com/?q=1#top";
  rows[2].record.url = "?no=url";
  rows[3].record.url = "";
  store(rows);
  close_day();
  const Lines printed = table(path());
  const Lines before = answers();
  const auto newest = number(kToday, "SELECT max(rowid) FROM events");
  const std::string id = rows[1].record.id.hex();
  const auto json = queries().event_json(id).value();
  const Page page{.limit = 20, .cursor = {}};
  const auto nothing = [](const event::Row&) { return true; };
  const std::string cursor = queries().events(kDayRange, {}, page, nothing).value();
  const auto rest = [&] {
    Lines lines;
    static_cast<void>(queries().events(kDayRange, {}, {.limit = 50, .cursor = cursor},
                                       [&lines](const event::Row& row) {
                                         append_row_json(row, lines.emplace_back());
                                         return true;
                                       }));
    return lines;
  };
  const Lines next = rest();
  const std::uint64_t bytes = day_bytes(path());

  const auto done = compact();
  ASSERT_TRUE(done.has_value()) << to_text(done.error());

  EXPECT_EQ(rest(), next);
  EXPECT_EQ(queries().event_json(id).value(), json);
  EXPECT_EQ(answers(), before);
  EXPECT_EQ(table(path()), printed);
  EXPECT_EQ(number(kToday, "SELECT max(row) FROM compact_rows"), newest);
  EXPECT_EQ(number(kToday, "PRAGMA user_version"), kSchemaVersion | kCompactForm);
  EXPECT_EQ(fault(kToday), "");
  expect_in_order();
  EXPECT_FALSE(mark_of(draft_path(path())));
  queries_.reset();
  open_store();
  EXPECT_EQ(answers(), before);
  store({row_at(kToday, 1)});
  store_.reset();
  EXPECT_LT(day_bytes(path()), bytes);
}

TEST_F(CompactionTest, TakesWhatComesLateAndWhatIsChangedByHand) {
  const auto rows = rows_.some(kToday, 600);
  store(rows);
  close_and_compact();
  auto late = rows_.some(kToday, 300);
  late[0].record.url = "?";
  // Neither their day nor the store's list of clients' ids lets them in again.
  EXPECT_EQ(store(rows).duplicates, 600u);
  std::filesystem::remove(str_cat(options_.path, "/recent.db"));
  open_store();
  EXPECT_EQ(store(rows).duplicates, 600u);
  EXPECT_EQ(store(late).stored, 300u);
  EXPECT_EQ(number(kToday, "SELECT count(*) FROM events"), 900);
  EXPECT_EQ(number(kToday, "SELECT count(*) FROM events WHERE url = '?'"), 1);

  const auto count = [&](const std::string& where) {
    return number(kToday, str_cat("SELECT count(*) FROM events WHERE ", where));
  };
  const std::int64_t bots = count("is_bot");
  run(kToday, "DELETE FROM events WHERE is_bot");
  EXPECT_EQ(count("is_bot"), 0);
  EXPECT_EQ(count("1"), 900 - bots);
  const std::int64_t first = count("path = '/path/1'");
  ASSERT_GT(first, 0);
  const Lines others = table(path(), "SELECT * FROM events WHERE path <> '/path/1' ORDER BY id");
  run(kToday,
      "UPDATE events SET path = '/changed', name = 'renamed', browser = 'Other', received_at = "
      "received_at + 7, user_agent = 12 WHERE path = '/path/1'");
  EXPECT_EQ(count("path = '/changed' AND name = 'renamed' AND browser = 'Other' AND user_agent = "
                  "'12' AND url IS NOT NULL"),
            first);
  EXPECT_EQ(count("received_at = occurred_at + 12"), first);
  EXPECT_EQ(table(path(), "SELECT * FROM events WHERE path <> '/changed' ORDER BY id"), others);
  run(kToday,
      str_cat("INSERT INTO events (id, project, name, occurred_at, received_at, url, properties) "
              "VALUES (x'000102030405060708090a0b0c0d0e0f', 'default', 'by hand', ",
              kToday + 1, ", ", kToday + 9, ", 5, '{}')"));
  EXPECT_EQ(count("name = 'by hand' AND url = '5' AND received_at - occurred_at = 8"), 1);
  gather_all();
  EXPECT_EQ(number(kToday, "SELECT count(*) FROM changed_rows"), 0);
  EXPECT_EQ(fault(kToday), "");
  EXPECT_EQ(static_cast<std::int64_t>(queries().summary(kDayRange, {})->events), count("1"));
}

// What a power cut or a kill leaves behind each step: the files as they lie there.
TEST_F(CompactionTest, MayBeCutOffAnywhere) {
  store(rows_.some(kToday, 700));
  close_day();
  const Lines before = table(path());
  const std::string copy = dir_.path("cut");
  bool was_compact = false;
  auto compaction = Compaction::begin(path());
  ASSERT_TRUE(compaction.has_value()) << to_text(compaction.error());
  int steps = 0;
  for (bool is_done = false; !is_done; ++steps) {
    auto worked = (*compaction)->work([] { return false; });
    ASSERT_TRUE(worked.has_value()) << to_text(worked.error());
    is_done = *worked;
    std::filesystem::remove_all(copy);
    std::filesystem::copy(options_.path, copy);
    ASSERT_TRUE(open_sqlite_store({.path = copy}, clock_).has_value());
    EXPECT_EQ(table(day_path(copy, kToday)), before);
    EXPECT_FALSE(mark_of(draft_path(day_path(copy, kToday))));
    EXPECT_TRUE(check_sqlite_store(copy, false)->faults.empty());
    was_compact = is_compact(sqlite::version_of_file(day_path(copy, kToday)).value_or(0));
    EXPECT_TRUE(!was_compact || is_done);
  }
  EXPECT_GT(steps, 8);
  EXPECT_TRUE(was_compact);
}

TEST_F(CompactionTest, IsGivenUpWhereTheDayIsWrittenTo) {
  store(rows_.some(kToday, 700));
  close_day();
  auto compaction = Compaction::begin(path());
  ASSERT_TRUE(compaction.has_value());
  EXPECT_EQ((*compaction)->work([] { return false; }), false);
  run(kToday, "UPDATE events SET path = '/changed' WHERE rowid = (SELECT max(rowid) FROM events)");
  const auto worked = (*compaction)->work([] { return true; });
  ASSERT_FALSE(worked.has_value());
  EXPECT_EQ(worked.error().code, ErrorCode::kOverloaded);
  compaction->reset();
  EXPECT_FALSE(mark_of(draft_path(path())));
  EXPECT_EQ(number(kToday, "SELECT count(*) FROM events WHERE path = '/changed'"), 1);
  EXPECT_EQ(number(kToday, "PRAGMA user_version"), kSchemaVersion);
  EXPECT_TRUE(compact().has_value());
  EXPECT_EQ(number(kToday, "SELECT count(*) FROM events WHERE path = '/changed'"), 1);
}

TEST_F(CompactionTest, LeavesADayAloneThatItCouldNotKeep) {
  store(rows_.some(kToday, 700));
  close_day();
  const std::vector<std::pair<const char*, const char*>> additions = {
      {"CREATE INDEX mine ON events (name)", "DROP INDEX mine"},
      {"CREATE TRIGGER mine AFTER INSERT ON events BEGIN SELECT 1; END", "DROP TRIGGER mine"},
      {"ALTER TABLE events ADD COLUMN mine", "ALTER TABLE events DROP COLUMN mine"},
      {"UPDATE events SET url = x'00ff' WHERE name = 'name1'", "UPDATE events SET url = ''"},
      {"UPDATE events SET user_id = NULL WHERE name = 'name1'", "UPDATE events SET user_id = ''"},
      {"UPDATE events SET occurred_at = 'late' WHERE name = 'name1'",
       "UPDATE events SET occurred_at = received_at"},
  };
  for (const auto& [add, remove] : additions) {
    run(kToday, add);
    const Lines before = table(path());
    const auto done = compact();
    ASSERT_FALSE(done.has_value()) << add;
    EXPECT_EQ(done.error().code, ErrorCode::kRejected) << to_text(done.error());
    EXPECT_EQ(table(path()), before);
    EXPECT_EQ(number(kToday, "PRAGMA user_version"), kSchemaVersion);
    run(kToday, remove);
  }
  EXPECT_TRUE(compact().has_value());
}

// Tables beside the events are kept, whoever made them.
TEST_F(CompactionTest, IsCopiedRestoredAndRemovedAsAnyDay) {
  store(rows_.some(kToday, 600));
  run(kToday,
      "CREATE TABLE \"my \"\"notes\" (a, b UNIQUE); INSERT INTO \"my \"\"notes\" VALUES (1, 2)");
  close_and_compact();
  EXPECT_EQ(number(kToday, "SELECT b FROM \"my \"\"notes\""), 2);
  const std::string copy = dir_.path("copy");
  const auto copied = copy_sqlite_store(options_.path, copy);
  ASSERT_TRUE(copied.has_value());
  EXPECT_TRUE(copied->left_out.empty());
  EXPECT_EQ(table(day_path(copy, kToday)), table(path()));
  EXPECT_TRUE(check_sqlite_store(copy, false)->faults.empty());
  EXPECT_EQ(migrate_sqlite_store(copy, true)->files, 0u);
  for (const files::FileVersion& version : sqlite_store_versions(copy)) {
    EXPECT_EQ(version.version, version.known);
  }
  options_.retention_days = 1;
  clock_.set_wall_ms(kToday + 40 * kDay);
  EXPECT_EQ(prune_sqlite_store(options_, clock_, true)->size(),
            0u);  // Its rows do not bear it out.
  store(rows_.some(kToday + 39 * kDay, 3));
  EXPECT_EQ(prune_sqlite_store(options_, clock_, true)->size(), 1u);
}

// As a program from before does, whose version is less.
TEST_F(CompactionTest, ANewerOneIsRefusedInWords) {
  store(rows_.some(kToday, 600));
  close_and_compact();
  store_.reset();
  run(kToday, str_cat("PRAGMA user_version = ", (kSchemaVersion + 1) | kCompactForm));
  const auto reader = DayReader::open(path());
  ASSERT_FALSE(reader.has_value());
  EXPECT_NE(to_text(reader.error()).find("newer"), std::string::npos) << to_text(reader.error());
  EXPECT_EQ(check_sqlite_store(options_.path, true)->faults.size(), 1u);
  static_assert((kSchemaVersion | kCompactForm) > kSchemaVersion);
}

}  // namespace
}  // namespace penstock::store
