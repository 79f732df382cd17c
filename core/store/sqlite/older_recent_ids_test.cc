#include "store/sqlite/older_recent_ids.h"

#include <filesystem>

#include "sqlite/versions.h"
#include "store/sqlite/recent_ids.h"
#include "store/sqlite/store_testing.h"

namespace penstock::store {
namespace {

constexpr int kIds = 300;

class OlderRecentIdsTest : public ::testing::Test {
 protected:
  static event::Record record(int number, std::int64_t received_ms) {
    event::Record record;
    record.id = event::id_of_client("default", std::to_string(number), received_ms);
    record.received_at_ms = received_ms;
    return record;
  }

  // As version 1 wrote it.
  void make_old_file() const {
    auto database = sqlite::Database::open(path_, {});
    ASSERT_TRUE(database->execute(
        "CREATE TABLE recent (low INTEGER PRIMARY KEY, rest INTEGER NOT NULL);"
        "CREATE TABLE state (one INTEGER PRIMARY KEY CHECK (one = 1), rows INTEGER, swept INTEGER);"
        "INSERT INTO state VALUES (1, 0, 0); PRAGMA user_version = 1"));
    auto insert = database->prepare("INSERT INTO recent VALUES (?, ?)");
    for (int i = 0; i < kIds; ++i) {
      const std::int64_t received_ms = kToday - i % 3 * kDay;
      const auto bytes = record(i, received_ms).id.bytes;
      std::int64_t low = 0;
      for (std::size_t at = 8; at < 16; ++at)
        low = low << 8 | (at == 8 ? bytes[at] & 0x3f : bytes[at]);
      const std::int64_t high = (bytes[6] & 0x0f) << 8 | bytes[7];
      ASSERT_TRUE(insert->bind(1, low >> 1).bind(2, high << 16 | received_ms / kDay).run());
    }
  }

  testing::TempDir dir_;
  const ManualClock clock_{kToday};
  std::string path_ = RecentIds::path_in(dir_.path());
};

TEST_F(OlderRecentIdsTest, EveryIdIsKnownAfterwardsWithItsDay) {
  make_old_file();
  for (int start = 0; start < 2; ++start) {
    RecentIds recent(dir_.path(), clock_);
    for (int i = 0; i < kIds; ++i) {
      const RecentIds::Key key = RecentIds::key_of(record(i, kToday - i % 3 * kDay), kToday);
      const RecentIds::Key later = {key.hash, key.rest, key.day + RecentIds::kPromisedDays};
      const RecentIds::Key too_late = {key.hash, key.rest, later.day + 1};
      EXPECT_TRUE((*recent.find({&key, 1}))[0]) << i;
      EXPECT_TRUE((*recent.find({&later, 1}))[0]) << i;
      EXPECT_FALSE((*recent.find({&too_late, 1}))[0]) << i;
    }
    const RecentIds::Key other = RecentIds::key_of(record(kIds, kToday), kToday);
    EXPECT_FALSE((*recent.find({&other, 1}))[0]);
  }
  EXPECT_EQ(sqlite::version_of_file(path_), kRecentIdsVersion);
  EXPECT_EQ(sqlite::version_of_file(sqlite::copy_path(path_, 1)), 1);
  EXPECT_FALSE(std::filesystem::exists(path_ + ".bad"));
  auto database = sqlite::Database::open(path_, {.access = sqlite::Access::kReadOnly});
  EXPECT_EQ(IdRuns::find_fault(*database).value_or("?"), "");
}

TEST_F(OlderRecentIdsTest, WithoutACopyItStaysAsItWas) {
  make_old_file();
  const std::string draft = sqlite::copy_path(path_, 1) + ".partial";
  std::filesystem::create_directories(draft + "/x");
  EXPECT_FALSE(migrate_recent_ids(*sqlite::Database::open(path_, {}), path_));
  EXPECT_EQ(sqlite::version_of_file(path_), 1);
  std::filesystem::remove_all(draft);
  EXPECT_TRUE(migrate_recent_ids(*sqlite::Database::open(path_, {}), path_));
}

}  // namespace
}  // namespace penstock::store
