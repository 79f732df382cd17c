#include "console/api/auth/console_db.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "support/temp_dir.h"

namespace penstock::console {
namespace {

TEST(ConsoleDb, IsMadeForItsOwnerAloneAndOpenedAgain) {
  const testing::TempDir dir;
  const std::string path = dir.path("console.db");
  EXPECT_FALSE(console_db_version(path));
  ASSERT_TRUE(open_console_db(path));
  struct stat info {};
  ASSERT_EQ(::stat(path.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 07777, 0600u);
  ASSERT_TRUE(open_console_db(path));
  const auto version = console_db_version(path);
  ASSERT_TRUE(version);
  EXPECT_GE(version->version, 3);
  EXPECT_EQ(version->version, version->known);
}

TEST(ConsoleDb, FailsWhereThereIsNoFolder) {
  const testing::TempDir dir;
  EXPECT_FALSE(open_console_db(dir.path("absent/console.db")));
}

// Of a user who goes: his private views do too, the shared ones are everybody's by then.
TEST(ConsoleDb, SharedViewsOutliveTheirOwner) {
  const testing::TempDir dir;
  auto database = open_console_db(dir.path("console.db"));
  ASSERT_TRUE(database);
  ASSERT_TRUE(database->execute(
      "INSERT INTO users (id, email, role, password_hash, must_change_password, created_at) "
      "VALUES (7, 'a@x', 'viewer', '', 0, 0);"
      "INSERT INTO views (owner_id, name, page, query, is_shared, created_at, changed_at) "
      "VALUES (7, 'mine', '/events', '', 0, 0, 0), (7, 'ours', '/events', '', 1, 0, 0);"
      "DELETE FROM users WHERE id = 7"));
  auto rows = database->prepare("SELECT name, owner_id FROM views");
  ASSERT_TRUE(rows && *rows->step());
  EXPECT_EQ(rows->text(0), "ours");
  EXPECT_TRUE(rows->is_null(1));
  EXPECT_FALSE(*rows->step());
}

}  // namespace
}  // namespace penstock::console
