#include "console/api/auth/user.h"

#include <gtest/gtest.h>

namespace penstock::console {
namespace {

TEST(User, RolesHaveNamesAndAnOrder) {
  for (const Role role : {Role::kViewer, Role::kEditor, Role::kAdmin}) {
    EXPECT_EQ(role_of(to_text(role)), role);
  }
  EXPECT_EQ(role_of("root"), std::nullopt);
  EXPECT_EQ(role_of(""), std::nullopt);
  EXPECT_LT(Role::kViewer, Role::kEditor);
  EXPECT_LT(Role::kEditor, Role::kAdmin);
}

}  // namespace
}  // namespace penstock::console
