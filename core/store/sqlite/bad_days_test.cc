#include "store/sqlite/bad_days.h"

#include <filesystem>
#include <fstream>
#include <functional>

#include <sys/stat.h>

#include "store/sqlite/store_testing.h"

namespace penstock::store {
namespace {

constexpr std::int64_t kBad = kToday - 2 * kDay;

// What may stand where a day's file should, each made over a day that has a row.
struct Spoiled {
  const char* name;
  std::function<void(const std::string& path)> make;
  const char* words;  // Of the reason.
};

void truncate_to(const std::string& path, std::uintmax_t bytes) {
  std::filesystem::resize_file(path, bytes);
}

void run_sql(const std::string& path, const char* sql) {
  auto database = sqlite::Database::open(path, {});
  ASSERT_TRUE(database.has_value());
  ASSERT_TRUE(database->execute(sql).has_value());
}

const std::vector<Spoiled>& spoiled() {
  static const std::vector<Spoiled> all = {
      {"short garbage", [](const auto& path) { std::ofstream(path) << "hello"; },
       "file is not a database"},
      {"garbage", [](const auto& path) { std::ofstream(path) << std::string(20'000, 'x'); },
       "file is not a database"},
      {"cut short", [](const auto& path) { truncate_to(path, 4'096); }, "malformed"},
      {"cut within a page", [](const auto& path) { truncate_to(path, 9'000); }, "malformed"},
      {"a folder",
       [](const auto& path) {
         std::filesystem::remove(path);
         std::filesystem::create_directories(path + "/x");
       },
       "no plain file"},
      {"a FIFO",
       [](const auto& path) {
         std::filesystem::remove(path);
         mkfifo(path.c_str(), 0600);
       },
       "no plain file"},
      {"a newer version", [](const auto& path) { run_sql(path, "PRAGMA user_version = 99"); },
       "newer version of Penstock"},
      {"another program's database",
       [](const auto& path) {
         std::filesystem::remove(path);
         run_sql(path, "CREATE TABLE events (x); PRAGMA user_version = 2");
       },
       "SQL logic error"},
      {"another program's database without a version",
       [](const auto& path) {
         std::filesystem::remove(path);
         run_sql(path, "CREATE TABLE events (x)");
       },
       ""},
      {"pages of garbage",
       [](const auto& path) {
         std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
         const auto bytes = std::filesystem::file_size(path);
         file.seekp(4'096);
         file << std::string(bytes - 4'096, 'x');
       },
       "malformed"},
      {"a journal that is a folder",
       [](const auto& path) { std::filesystem::create_directories(path + "-wal/x"); },
       "unable to open database file"},
  };
  return all;
}

class BadDaysTest : public StoreTest, public ::testing::WithParamInterface<std::size_t> {
 protected:
  void SetUp() override {
    StoreTest::SetUp();
    store({row_at(kBad, 1), row_at(kToday, 2)});
    store_.reset();
    spoiled()[GetParam()].make(day_path(options_.path, kBad));
    open_store();
  }

  // What may be a lack of rights is held at first.
  StoreOutcome store(const std::vector<event::Row>& rows) {
    const auto first = store_->store(rows);
    if (first) return *first;
    EXPECT_TRUE(sqlite::lacks_rights(first.error())) << sqlite_text(first.error());
    EXPECT_TRUE(store_->bad_days().empty());
    clock_.advance_ms(RightsWait::kWaitUs / 1'000);
    return StoreTest::store(rows);
  }
};

TEST_P(BadDaysTest, HoldUpNoOtherDay) {
  const StoreOutcome outcome =
      store({row_at(kToday - kDay, 3), row_at(kBad, 4), row_at(kToday, 5), row_at(kBad + 1, 6)});

  EXPECT_EQ(outcome.stored + outcome.duplicates, 2u);
  ASSERT_EQ(outcome.refused.size(), 2u);
  EXPECT_EQ(outcome.refused[0].index, 1u);
  EXPECT_EQ(outcome.refused[1].index, 3u);
  const std::string& reason = outcome.refused[0].reason;
  EXPECT_NE(reason.find(day_path(options_.path, kBad)), std::string::npos) << reason;
  EXPECT_NE(reason.find(spoiled()[GetParam()].words), std::string::npos) << reason;
  ASSERT_EQ(store_->bad_days().size(), 1u);
  EXPECT_EQ(store_->bad_days()[0], (BadDay{kBad, reason}));
  EXPECT_FALSE(store_->not_ready().has_value());
  EXPECT_EQ(store({row_at(kToday, 7)}).stored, 1u);
}

TEST_P(BadDaysTest, AreLeftOutOfAnswersThatSayWhich) {
  const auto summary = queries().summary({kBad, kToday + kDay}, {});
  ASSERT_TRUE(summary.has_value()) << sqlite_text(summary.error());
  EXPECT_EQ(summary->events, 1u);
  EXPECT_EQ(queries().missing_days(), std::vector{kBad});
  EXPECT_TRUE(queries().summary({kToday, kToday + kDay}, {}).has_value());
  EXPECT_TRUE(queries().missing_days().empty());
}

TEST_P(BadDaysTest, AreUsedAgainOnceTheyAreRight) {
  EXPECT_EQ(store({row_at(kBad, 4)}).refused.size(), 1u);
  const std::string path = day_path(options_.path, kBad);
  std::filesystem::remove_all(path);
  std::filesystem::remove_all(path + "-wal");

  EXPECT_EQ(store({row_at(kBad, 4)}).stored, 1u);
  EXPECT_TRUE(store_->bad_days().empty());
}

INSTANTIATE_TEST_SUITE_P(Kinds, BadDaysTest, ::testing::Range(std::size_t{0}, spoiled().size()),
                         [](const auto& kind) {
                           std::string name = spoiled()[kind.param].name;
                           std::erase_if(name, [](char c) { return std::isalnum(c) == 0; });
                           return name;
                         });

// What passes is waited for: the day's rows stay in the queue. Others are stored meanwhile.
TEST_F(StoreTest, ALockedDayHoldsTheBatchButNotTheOtherDays) {
  store({row_at(kBad, 1)});
  auto other = sqlite::Database::open(day_path(options_.path, kBad), {});
  ASSERT_TRUE(other->execute("BEGIN EXCLUSIVE").has_value());
  const std::vector<event::Row> rows = {row_at(kBad, 2), row_at(kToday, 3)};

  const auto held = store_->store(rows);
  ASSERT_FALSE(held.has_value());
  EXPECT_EQ(held.error().code, ErrorCode::kOverloaded);
  EXPECT_TRUE(store_->bad_days().empty());
  EXPECT_EQ(number(kToday, "SELECT count(*) FROM events"), 1);

  ASSERT_TRUE(other->execute("ROLLBACK").has_value());
  const StoreOutcome outcome = store(rows);
  EXPECT_EQ(outcome.stored, 1u);
  EXPECT_EQ(outcome.duplicates, 1u);
}

// As where root's sqlite3 has just made the journal, and gives it to the worker in a moment.
TEST_F(StoreTest, RightsThatComeBackCostNoRow) {
  store({row_at(kBad, 1)});
  store_.reset();
  const std::string journal = day_path(options_.path, kBad) + "-wal";
  std::filesystem::create_directories(journal + "/x");
  open_store();
  const std::vector<event::Row> rows = {row_at(kBad, 2), row_at(kToday, 3)};
  EXPECT_FALSE(store_->store(rows).has_value());
  EXPECT_EQ(number(kToday, "SELECT count(*) FROM events"), 1);

  std::filesystem::remove_all(journal);
  const StoreOutcome outcome = store(rows);
  EXPECT_EQ(outcome.stored, 1u);
  EXPECT_EQ(outcome.duplicates, 1u);
  EXPECT_TRUE(outcome.refused.empty());
  EXPECT_TRUE(store_->bad_days().empty());
}

TEST(BadDays, AFolderThatCannotBeUsedIsNoDaysFault) {
  const testing::TempDir dir;
  const Error denied{ErrorCode::kConfiguration, 14, "open a database"};
  EXPECT_FALSE(is_fault_of_day(dir.path("none"), kToday, denied));
  EXPECT_FALSE(is_fault_of_day(dir.path(), kToday, denied));
  std::ofstream(day_path(dir.path(), kToday)) << "";
  EXPECT_TRUE(is_fault_of_day(dir.path(), kToday, denied));
  EXPECT_FALSE(is_fault_of_day(dir.path(), kToday, {ErrorCode::kExhausted, 13, "commit"}));
  EXPECT_TRUE(is_fault_of_day(dir.path(), kToday,
                              {ErrorCode::kExhausted, sqlite::kReadFailed, "step a statement"}));
}

}  // namespace
}  // namespace penstock::store
