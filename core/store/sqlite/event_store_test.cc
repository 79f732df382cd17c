#include "store/sqlite/event_store.h"

#include <filesystem>
#include <fstream>

#include "files/newer_version.h"
#include "store/contract/calendar.h"
#include "store/sqlite/recent_ids.h"
#include "store/sqlite/store_testing.h"
#include "support/counted_syncs.h"
#include "support/failing_sync.h"

namespace penstock::store {
namespace {

std::string text_of(const std::string& path, const std::string& sql) {
  auto database = sqlite::Database::open(path, {});
  auto statement = database->prepare(sql);
  return *statement->step() ? std::string(statement->text(0)) : std::string();
}

void run_sql(const std::string& path, const char* sql) {
  auto database = sqlite::Database::open(path, {});
  ASSERT_TRUE(database.has_value());
  ASSERT_TRUE(database->execute(sql).has_value());
}

TEST_F(StoreTest, StoresRowsInTheFileOfTheirDay) {
  const StoreOutcome outcome =
      store({row_at(kToday + 1, 1), row_at(kToday - 1, 2), row_at(kToday + 2, 3)});

  EXPECT_EQ(outcome.stored, 3u);
  EXPECT_EQ(number(kToday, "SELECT count(*) FROM events"), 2);
  EXPECT_EQ(number(kToday - kDay, "SELECT count(*) FROM events"), 1);
}

TEST_F(StoreTest, KeepsEveryColumnAsItWas) {
  event::Row row = row_at(kToday + 1, 1);
  row.record.url = "https://example.com/?q=\xc3\xa4";
  row.record.user_id = "u1";
  row.record.properties = R"({"plan":"pro"})";
  row.is_bot = true;
  row.utm_campaign = "spring";
  store({row});

  const std::string path = day_path(options_.path, kToday);
  EXPECT_EQ(text_of(path, "SELECT hex(id) FROM events"), [&] {
    std::string hex = row.record.id.hex();
    for (char& c : hex) c = static_cast<char>(std::toupper(c));
    return hex;
  }());
  EXPECT_EQ(text_of(path, "SELECT url FROM events"), row.record.url);
  EXPECT_EQ(text_of(path, "SELECT json_extract(properties, '$.plan') FROM events"), "pro");
  EXPECT_EQ(text_of(path, "SELECT user_id || is_bot || utm_campaign FROM events"), "u11spring");
  EXPECT_EQ(text_of(path, "SELECT typeof(id) || length(id) FROM events"), "blob16");
}

// "Stored" may not be said of a file that a power cut takes away.
TEST_F(StoreTest, StoresNothingInAFileWhoseFolderCannotBeSynced) {
  ASSERT_EQ(store({row_at(kToday + 1, 1)}).stored, 1u);
  const event::Row row = row_at(kToday - 1, 2);
  {
    const testing::FailingFolderSync failing;
    for (int i = 0; i < 2; ++i) {  // Nor the second time, when the file is there.
      const auto outcome = store_->store({&row, 1});
      ASSERT_FALSE(outcome);
      EXPECT_EQ(outcome.error().code, ErrorCode::kExhausted);
    }
  }
  EXPECT_EQ(store({row}).stored, 1u);
}

TEST_F(StoreTest, HasOneWriter) {
  const auto second = open_sqlite_store(options_, clock_);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, ErrorCode::kConfiguration);
  EXPECT_EQ(to_text(second.error()), "lock the store: another worker writes to it");
}

// Delivery is at least once, so this is what makes the whole pipeline exact.
TEST_F(StoreTest, StoresARowOnceHoweverOftenItComes) {
  const event::Row row = row_at(kToday + 1, 1);

  const StoreOutcome first = store({row, row, row_at(kToday + 2, 2)});
  const StoreOutcome again = store({row_at(kToday + 2, 2), row, row_at(kToday + 3, 3)});

  EXPECT_EQ(first.stored, 2u);
  EXPECT_EQ(first.duplicates, 1u);
  EXPECT_EQ(again.stored, 1u);
  EXPECT_EQ(again.duplicates, 2u);
  EXPECT_EQ(number(kToday, "SELECT count(*) FROM events"), 3);
  EXPECT_EQ(number(kToday, "SELECT sum(events) FROM counts WHERE step = 3600 AND dimension = 0"),
            3);
  EXPECT_EQ(number(kToday, "SELECT events FROM counts WHERE step = 86400 AND dimension = 0"), 3);
}

// A client's own id: the same event whatever its time says and whatever midnight lies between.
event::Row named_row(const std::string& client_id, std::int64_t received_ms,
                     std::int64_t occurred_ms) {
  event::Row row = row_at(occurred_ms, 1);
  row.record.received_at_ms = received_ms;
  row.record.id = event::id_of_client("default", client_id, occurred_ms);
  return row;
}

TEST_F(StoreTest, StoresAClientsIdOnceWithinSevenDays) {
  const std::int64_t first_ms = kToday + 22 * kHour;
  EXPECT_EQ(store({named_row("r1", first_ms, kToday)}).stored, 1u);

  // At 03:00, at other times of its own, a week later: also by a store that was opened again.
  EXPECT_EQ(store({named_row("r1", first_ms + 5 * kHour, kToday + kDay)}).duplicates, 1u);
  EXPECT_EQ(store({named_row("r1", first_ms, kToday - 6 * kDay)}).duplicates, 1u);
  open_store();
  clock_.advance_ms(7 * kDay);
  EXPECT_EQ(store({named_row("r1", first_ms + 7 * kDay, kToday + 7 * kDay)}).duplicates, 1u);
  EXPECT_EQ(list_days(options_.path), std::vector{kToday});
  EXPECT_EQ(number(kToday, "SELECT occurred_at FROM events"), kToday);

  EXPECT_EQ(store({named_row("r1", first_ms + 9 * kDay, kToday + 9 * kDay)}).stored, 1u);
}

TEST_F(StoreTest, KeepsTheFirstOfTwoInOneBatch) {
  const StoreOutcome outcome =
      store({named_row("a", kToday, kToday - kDay), named_row("b", kToday, kToday),
             named_row("a", kToday, kToday), named_row("a", kToday, kToday - kDay)});
  EXPECT_EQ(outcome.stored, 2u);
  EXPECT_EQ(outcome.duplicates, 2u);
  EXPECT_EQ(number(kToday - kDay, "SELECT count(*) FROM events"), 1);
  EXPECT_EQ(number(kToday, "SELECT count(*) FROM events"), 1);
}

TEST_F(StoreTest, OtherIdsAreNotLookedUp) {
  event::IdMaker ids(Random(1));
  event::Row row = row_at(kToday, 1);
  row.record.id = ids.make(kToday);
  EXPECT_EQ(store({row}).stored, 1u);
  EXPECT_FALSE(std::filesystem::exists(RecentIds::path_in(options_.path)));
}

// A crash between the day's transaction and that of recent.db: the message comes again.
TEST_F(StoreTest, RemembersADuplicateThatTheDayKnows) {
  store({named_row("r1", kToday, kToday)});
  store_.reset();
  std::filesystem::remove(RecentIds::path_in(options_.path));
  open_store();

  EXPECT_EQ(store({named_row("r1", kToday, kToday)}).duplicates, 1u);
  EXPECT_EQ(store({named_row("r1", kToday + kDay, kToday + kDay)}).duplicates, 1u);
}

// What became a dead letter is stored when it is put back.
TEST_F(StoreTest, ARefusedRowIsNotRemembered) {
  store({row_at(kToday, 1)});
  run_sql(day_path(options_.path, kToday),
          "CREATE TRIGGER no BEFORE INSERT ON events BEGIN SELECT raise(ABORT, 'no'); END");
  EXPECT_EQ(store({named_row("r1", kToday, kToday)}).refused.size(), 1u);
  run_sql(day_path(options_.path, kToday), "DROP TRIGGER no");
  EXPECT_EQ(store({named_row("r1", kToday, kToday)}).stored, 1u);
}

TEST_F(StoreTest, GoesOnWithoutARecentFile) {
  store({named_row("r1", kToday, kToday)});
  store_.reset();
  std::ofstream(RecentIds::path_in(options_.path)) << "no database";
  open_store();
  EXPECT_EQ(store({named_row("r2", kToday, kToday)}).stored, 1u);
  EXPECT_EQ(store({named_row("r2", kToday, kToday + kDay)}).duplicates, 1u);
}

TEST_F(StoreTest, ListsARowThatSqliteRefusesAndStoresTheRest) {
  store({row_at(kToday + 1, 1)});
  run_sql(day_path(options_.path, kToday),
          "CREATE TRIGGER no_poison BEFORE INSERT ON events WHEN new.name = 'poison' "
          "BEGIN SELECT raise(ABORT, 'no'); END");
  event::Row poison = row_at(kToday + 2, 2);
  poison.record.name = "poison";
  event::Row timeless = row_at(kToday + 2, 3);
  timeless.record.occurred_at_ms = -1;

  const StoreOutcome outcome =
      store({timeless, row_at(kToday + 3, 4), poison, row_at(kToday + 4, 5)});

  EXPECT_EQ(outcome.stored, 2u);
  ASSERT_EQ(outcome.refused.size(), 2u);
  EXPECT_EQ(outcome.refused[0].index, 0u);
  EXPECT_EQ(outcome.refused[1].index, 2u);
  EXPECT_EQ(number(kToday, "SELECT events FROM counts WHERE step = 86400 AND dimension = 0"), 3);
}

TEST_F(StoreTest, RollsBackTheWholeDayWhileSomebodyHoldsTheFile) {
  store({row_at(kToday + 1, 1)});
  auto other = sqlite::Database::open(day_path(options_.path, kToday), {});
  ASSERT_TRUE(other->execute("BEGIN EXCLUSIVE").has_value());

  const std::vector<event::Row> rows = {row_at(kToday + 2, 2), row_at(kToday + 3, 3)};
  const auto refused = store_->store(rows);
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().code, ErrorCode::kOverloaded);

  ASSERT_TRUE(other->execute("ROLLBACK").has_value());
  EXPECT_EQ(store(rows).stored, 2u);
  EXPECT_EQ(number(kToday, "SELECT events FROM counts WHERE step = 86400 AND dimension = 0"), 3);
}

TEST_F(StoreTest, RollupsEqualARecountOfTheRows) {
  std::vector<event::Row> rows;
  const std::string_view paths[] = {"/", "/a", "/b", ""};
  for (std::uint32_t i = 0; i < 3'000; ++i) {
    event::Row row = row_at(kToday + i * 977 * 13, i);
    row.path = paths[i % 4];
    row.record.project = i % 5 == 0 ? "other" : "default";
    row.is_bot = i % 7 == 0;
    rows.push_back(row);
  }
  for (std::size_t i = 0; i < rows.size(); i += 500) {
    store(std::vector(rows.begin() + static_cast<std::ptrdiff_t>(i),
                      rows.begin() + static_cast<std::ptrdiff_t>(i + 500)));
  }
  store(rows);  // All of them again: nothing may change.

  for (const char* step : {"3600", "86400"}) {
    const std::string recount =
        str_cat("SELECT count(*) FROM (SELECT project p, occurred_at/1000/", step, "*", step,
                " t, count(*) n FROM events GROUP BY 1,2) LEFT JOIN counts c ON c.step = ", step,
                " AND c.project = p AND c.dimension = 0 AND c.at = t WHERE c.events IS NOT n");
    EXPECT_EQ(number(kToday, recount), 0) << step;
    EXPECT_EQ(
        number(kToday,
               str_cat("SELECT sum(events) FROM counts WHERE dimension = 0 AND step = ", step)),
        3'000);
    EXPECT_EQ(
        number(kToday,
               str_cat("SELECT sum(events) FROM counts WHERE dimension = 1 AND step = ", step)),
        number(kToday, "SELECT sum(is_bot) FROM events"));
  }
}

// Two addresses of one network, stored as one: the sketches of hours and the columns say so alike.
TEST_F(StoreTest, VisitorsAreThoseOfTheStoredAddresses) {
  options_.anonymize_ip = true;
  open_store();
  event::Row first = row_at(kToday + 1, 1);
  event::Row second = row_at(kToday + 2, 2);
  first.record.ip = "203.0.113.7";
  second.record.ip = "203.0.113.8";
  store({first, second});
  EXPECT_EQ(queries().summary({kToday, kToday + kDay}, {})->visitors, 1u);
  EXPECT_EQ(queries().summary({kToday, kToday + kMinute}, {})->visitors, 1u);
}

TEST_F(StoreTest, AnonymizesAddressesWhereThatIsWanted) {
  options_.anonymize_ip = true;
  open_store();
  store({row_at(kToday + 1, 1)});
  EXPECT_EQ(text_of(day_path(options_.path, kToday), "SELECT ip FROM events"), "203.0.113.0");
}

TEST_F(StoreTest, LetsNobodyElseWrite) {
  const auto second = open_sqlite_store(options_, clock_);
  ASSERT_FALSE(second.has_value());
  EXPECT_EQ(second.error().code, ErrorCode::kConfiguration);
}

TEST_F(StoreTest, RefusesDataOfANewerVersionAtOnce) {
  store({row_at(kToday + 1, 1), row_at(kToday - kDay, 2)});
  store_.reset();
  // An upgrade that is taken back within the day has migrated today's file alone.
  run_sql(day_path(options_.path, kToday), "PRAGMA user_version = 99");

  const auto newer = open_sqlite_store(options_, clock_);
  ASSERT_FALSE(newer.has_value());
  EXPECT_TRUE(files::is_newer_version(newer.error())) << to_text(newer.error());
}

TEST_F(StoreTest, RefusesIdsOfANewerVersionAtOnce) {
  store({row_at(kToday + 1, 1)});
  store_.reset();
  run_sql(options_.path + "/recent.db", "PRAGMA user_version = 99");

  const auto newer = open_sqlite_store(options_, clock_);
  ASSERT_FALSE(newer.has_value());
  EXPECT_TRUE(files::is_newer_version(newer.error())) << to_text(newer.error());
  EXPECT_TRUE(to_text(newer.error()).starts_with("open recent.db"));
}

TEST_F(StoreTest, PrunesDaysPastTheRetention) {
  options_.retention_days = 2;
  open_store();
  for (int day = 0; day < 6; ++day) store({row_at(kToday - day * kDay + 1, 1)});
  ASSERT_EQ(list_days(options_.path).size(), 6u);
  EXPECT_EQ(days_removed(), 0u);  // The hour after the start.

  clock_.advance_ms(Calendar::kSettleMs);
  EXPECT_EQ(days_removed(), 2u);
  EXPECT_EQ(list_days(options_.path).front(), kToday - 3 * kDay);
  EXPECT_EQ(days_removed(), 1u);
  EXPECT_EQ(days_removed(), 0u);
  EXPECT_EQ(list_days(options_.path).front(), kToday - 2 * kDay);
  for (const auto& entry : std::filesystem::directory_iterator(options_.path)) {
    EXPECT_FALSE(entry.path().string().find("2025-11-20") != std::string::npos) << entry.path();
  }
}

TEST_F(StoreTest, KeepsEverythingWithoutARetention) {
  store({row_at(kToday - 900 * kDay, 1)});
  clock_.advance_ms(Calendar::kSettleMs);
  EXPECT_EQ(days_removed(), 0u);
  EXPECT_EQ(list_days(options_.path).size(), 1u);
}

// What a board without a battery or a bad time server does, at the start and in between.
TEST_F(StoreTest, AWrongClockRemovesNothing) {
  options_.retention_days = 5;
  open_store();
  for (int day = 0; day < 3; ++day) store({row_at(kToday - day * kDay + 1, 1)});

  for (const std::int64_t wrong_ms : {kToday + 400 * kDay, kToday - 400 * kDay, kToday + 30 * kDay,
                                      kToday + 12 * kHour, kToday + 400 * kDay}) {
    clock_.set_wall_ms(wrong_ms);
    if (wrong_ms == kToday + 30 * kDay) open_store();
    // Rows that come meanwhile carry the wrong time; one day of them proves nothing.
    if (wrong_ms > kToday) store({row_at(wrong_ms, 7)});
    for (int i = 0; i < 6; ++i) {
      clock_.advance_ms(Calendar::kSettleMs / 3);
      EXPECT_EQ(days_removed(), 0u) << wrong_ms;
    }
  }
  EXPECT_EQ(number(kToday - 2 * kDay, "SELECT count(*) FROM events"), 1);
}

// A year off, with the clock right when it is back: what is old by then goes, two days a call.
TEST_F(StoreTest, PrunesAfterALongRest) {
  options_.retention_days = 2;
  for (int day = 0; day < 3; ++day) store({row_at(kToday - (400 + day) * kDay, 1)});
  open_store();
  clock_.advance_ms(Calendar::kSettleMs);
  EXPECT_EQ(days_removed(), 0u);  // Nothing says yet that a year has gone by.

  for (int day = 0; day < 3; ++day) {
    store({row_at(clock_.wall_ms(), 5)});
    clock_.advance_ms(kDay);
  }
  EXPECT_EQ(days_removed(), 2u);
  EXPECT_EQ(days_removed(), 1u);
}

TEST_F(StoreTest, ADayThatCannotBeRemovedHoldsUpNoOther) {
  options_.retention_days = 2;
  open_store();
  for (int day = 0; day < 5; ++day) store({row_at(kToday - day * kDay + 1, 1)});
  std::filesystem::create_directories(day_path(options_.path, kToday - 9 * kDay) + "/x");
  clock_.advance_ms(Calendar::kSettleMs);

  EXPECT_FALSE(store_->maintain().has_value());
  EXPECT_EQ(list_days(options_.path).size(), 4u);
}

TEST_F(StoreTest, WritesADayAnewWhoseFileWasRemoved) {
  store({row_at(kToday + 1, 1)});
  const std::string path = day_path(options_.path, kToday);
  ASSERT_TRUE(remove_day(path));

  EXPECT_EQ(store({row_at(kToday + 2, 2)}).stored, 1u);
  EXPECT_EQ(number(kToday, "SELECT count(*) FROM events"), 1);
}

TEST_F(StoreTest, HandlesMoreDaysThanItKeepsOpen) {
  std::vector<event::Row> rows;
  for (int day = 0; day < 30; ++day) rows.push_back(row_at(kToday - day * kDay + 1, 1));
  EXPECT_EQ(store(rows).stored, 30u);
  EXPECT_EQ(store(rows).duplicates, 30u);
}

constexpr int kOldDays = 12;

std::vector<event::Row> rows_of_old_days(std::uint32_t serial) {
  std::vector<event::Row> rows;
  for (int day = 0; day < kOldDays; ++day) {
    const std::int64_t at_ms = kToday - (30 + day) * kDay + serial;
    rows.push_back(row_at(at_ms, serial));
    rows.back().record.id.bytes.back() &= 0xfe;  // No client's: recent.db is left alone.
  }
  return rows;
}

// Late events of a year: a file that is made, switched to its journal, synced, copied into and
// closed for each batch would cost a dozen syncs a day, during which nothing else is stored.
TEST_F(StoreTest, EventsOfManyOldDaysCostFewSyncs) {
  const auto syncs_of = [this](std::uint32_t serial) {
    const std::uint64_t before = testing::syncs;
    EXPECT_EQ(store(rows_of_old_days(serial)).stored, static_cast<std::uint32_t>(kOldDays));
    return testing::syncs - before;
  };
  EXPECT_LE(syncs_of(1), 10u);
  EXPECT_LE(syncs_of(2), 10u);

  open_store();
  EXPECT_LE(syncs_of(3), 10u);
  const std::uint64_t before = testing::syncs;
  store_.reset();
  EXPECT_LE(testing::syncs - before, 3u * kOldDays + 10u);
  EXPECT_EQ(number(kToday - 30 * kDay, "SELECT count(*) FROM events"), 3);
}

TEST_F(StoreTest, EventsOfTodayDoNotWaitForThoseOfManyOldDays) {
  std::vector<event::Row> rows = rows_of_old_days(1);
  rows.push_back(row_at(kToday + 1, 1));
  store(rows);
  const std::int64_t of_today = number(kToday, "SELECT rowid FROM events");
  for (int day = 0; day < kOldDays; ++day) {
    EXPECT_LT(of_today, number(kToday - (30 + day) * kDay, "SELECT rowid FROM events"));
  }
}

TEST_F(StoreTest, HoldsABatchWhoseOldDaysCannotBeSynced) {
  store(rows_of_old_days(1));
  const auto rows = rows_of_old_days(2);
  {
    const testing::FailingFileSync failing;
    const auto outcome = store_->store(rows);
    ASSERT_FALSE(outcome);
    EXPECT_EQ(outcome.error().code, ErrorCode::kExhausted);
  }
  const StoreOutcome again = store(rows);
  EXPECT_EQ(again.stored + again.duplicates, static_cast<std::uint32_t>(kOldDays));
  EXPECT_TRUE(again.refused.empty());
  EXPECT_EQ(number(kToday - 30 * kDay, "SELECT count(*) FROM events"), 2);
}

// Nor does one that cannot be used hold up the others.
TEST_F(StoreTest, SetsTheRowsOfABadOldDayAside) {
  std::filesystem::create_directory(day_path(options_.path, kToday - 30 * kDay));
  const StoreOutcome outcome = store(rows_of_old_days(1));
  ASSERT_EQ(outcome.refused.size(), 1u);
  EXPECT_EQ(outcome.refused.front().index, 0u);
  EXPECT_EQ(outcome.stored, static_cast<std::uint32_t>(kOldDays) - 1);
  EXPECT_EQ(store_->bad_days().size(), 1u);
}

// What is kept open for the next batch of late events is closed when none comes, a few at a time.
TEST_F(StoreTest, ClosesOldDaysThatAreNotUsed) {
  store(rows_of_old_days(1));
  const auto open_days = [this] {
    int count = 0;
    for (int day = 0; day < kOldDays; ++day) {
      const std::string path = day_path(options_.path, kToday - (30 + day) * kDay);
      count += std::filesystem::exists(path + "-shm") ? 1 : 0;
    }
    return count;
  };
  days_removed();
  EXPECT_EQ(open_days(), kOldDays);
  days_removed();
  const int left = open_days();
  EXPECT_LT(left, kOldDays);
  EXPECT_GT(left, 1);
  store({row_at(kToday + 1, 1)});
  EXPECT_EQ(open_days(), left - 1);
  store(rows_of_old_days(2));
  days_removed();
  EXPECT_EQ(open_days(), kOldDays);
  EXPECT_EQ(number(kToday - 30 * kDay, "SELECT count(*) FROM events"), 2);
}

// After a crash hundreds of old days may lie there with a journal, and not be written to again.
TEST_F(StoreTest, ClosesDaysThatADeadProcessHadOpen) {
  store_.reset();
  const std::string path = day_path(options_.path, kToday - 30 * kDay);
  {
    auto dead = sqlite::Database::open(path, {.has_checkpoints = false});
    ASSERT_TRUE(dead->execute("CREATE TABLE unfinished (n)"));
  }
  ASSERT_GT(journal_bytes(path), 0u);
  open_store();
  EXPECT_FALSE(std::filesystem::exists(path + "-wal"));
  EXPECT_EQ(number(kToday - 30 * kDay, "SELECT count(*) FROM unfinished"), 0);
}

TEST_F(StoreTest, RemovesDraftsOfDaysThatAProcessHasLeft) {
  const std::string draft = draft_path(day_path(options_.path, kToday));
  std::ofstream(draft) << "half";
  open_store();
  EXPECT_FALSE(std::filesystem::exists(draft));
}

TEST_F(StoreTest, LeavesClosedDaysAsSingleFiles) {
  store({row_at(kToday + 1, 1), row_at(kToday - kDay, 2)});
  store_.reset();

  for (const auto& entry : std::filesystem::directory_iterator(options_.path)) {
    const std::string name = entry.path().filename();
    EXPECT_FALSE(name.ends_with("-wal") || name.ends_with("-shm")) << name;
  }
  EXPECT_EQ(number(kToday, "SELECT count(*) FROM events"), 1);
  EXPECT_FALSE(std::filesystem::exists(day_path(options_.path, kToday) + "-shm"));
}

TEST_F(StoreTest, CountsItsBytes) {
  EXPECT_EQ(store_->forecast().bytes, 0u);
  store({row_at(kToday + 1, 1)});
  EXPECT_GT(store_->forecast().bytes, 4'096u);
}

// A step back of the clock must not make two rows of one file share a place in the order.
TEST_F(StoreTest, KeepsTheOrderOfStoringWhenTheClockGoesBack) {
  store({row_at(kToday + 1, 1)});
  open_store();
  clock_.set_wall_ms(kToday - 10 * kDay);
  EXPECT_EQ(store({row_at(kToday, 2), row_at(kToday, 3)}).stored, 2u);
  EXPECT_EQ(number(kToday, "SELECT occurred_at FROM events ORDER BY rowid LIMIT 1"), kToday + 1);
}

TEST(EventStore, NeedsAFolderThatItMayUse) {
  const testing::TempDir dir;
  std::filesystem::create_directories(dir.path());
  std::fclose(std::fopen(dir.path("file").c_str(), "w"));
  const ManualClock clock(kToday);

  const auto store = open_sqlite_store({dir.path("file/events"), false, 0}, clock);
  ASSERT_FALSE(store.has_value());
  EXPECT_EQ(store.error().code, ErrorCode::kConfiguration);
}

}  // namespace
}  // namespace penstock::store
