#include "console/api/auth/user_rows.h"

#include <gtest/gtest.h>

#include "console/api/auth/console_db.h"
#include "support/temp_dir.h"

namespace penstock::console {
namespace {

User ada() {
  User user;
  user.email = "ada@x";
  user.rights = Role::kEditor;
  user.must_change_password = true;
  user.created_at_ms = 5;
  return user;
}

TEST(UserRows, KeepRolesByProject) {
  const testing::TempDir dir;
  auto database = open_console_db(dir.path("console.db"));
  ASSERT_TRUE(database);
  User user = ada();
  user.rights = *rights_in({{"shop", Role::kAdmin}, {"blog", Role::kViewer}});
  const auto made = insert_user(*database, user, "a hash");
  ASSERT_TRUE(made);
  EXPECT_EQ((*find_user(*database, made->id))->rights, user.rights);
  EXPECT_EQ(all_users_of_any_version(*database)->front().rights, user.rights);

  // What nobody has written this way opens nothing, whatever the role beside it says.
  ASSERT_TRUE(database->execute("UPDATE users SET projects = 'shop', role = 'admin'"));
  EXPECT_EQ((*find_user(*database, made->id))->rights.highest(), Role::kNone);
}

TEST(UserRows, AreFoundByIdAndAddress) {
  const testing::TempDir dir;
  auto database = open_console_db(dir.path("console.db"));
  ASSERT_TRUE(database);
  const auto made = insert_user(*database, ada(), "a hash");
  ASSERT_TRUE(made);
  EXPECT_GT(made->id, 0);

  const auto by_id = find_user(*database, made->id);
  ASSERT_TRUE(by_id && *by_id);
  EXPECT_EQ((*by_id)->email, "ada@x");
  EXPECT_EQ((*by_id)->rights, Role::kEditor);
  EXPECT_TRUE((*by_id)->must_change_password);
  EXPECT_EQ((*by_id)->created_at_ms, 5);
  const auto by_email = find_credentials(*database, "ada@x");
  ASSERT_TRUE(by_email && *by_email);
  EXPECT_EQ((*by_email)->hash, "a hash");
  EXPECT_EQ((*by_email)->user.id, made->id);

  EXPECT_FALSE(find_user(*database, made->id + 1)->has_value());
  EXPECT_FALSE(find_credentials(*database, "bob@x")->has_value());
  EXPECT_FALSE(insert_user(*database, ada(), "a hash")) << "taken";
  EXPECT_EQ(all_users(*database)->size(), 1u);
  EXPECT_EQ(*read_number(*database, "SELECT count(*) FROM users"), 1);
}

}  // namespace
}  // namespace penstock::console
