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
  EXPECT_EQ(role_of("none"), std::nullopt) << "nobody can be given it";
  EXPECT_LT(Role::kNone, Role::kViewer);
  EXPECT_LT(Role::kViewer, Role::kEditor);
  EXPECT_LT(Role::kEditor, Role::kAdmin);
}

Rights shop_and_blog() { return *rights_in({{"shop", Role::kEditor}, {"blog", Role::kViewer}}); }

TEST(User, RightsAreEverywhereOrInSomeProjects) {
  const Rights everywhere = Role::kEditor;
  EXPECT_FALSE(everywhere.is_limited());
  EXPECT_EQ(everywhere.in("shop"), Role::kEditor);
  EXPECT_EQ(everywhere.highest(), Role::kEditor);

  const Rights limited = shop_and_blog();
  EXPECT_TRUE(limited.is_limited());
  EXPECT_EQ(limited.role, Role::kNone);
  EXPECT_EQ(limited.in("shop"), Role::kEditor);
  EXPECT_EQ(limited.in("blog"), Role::kViewer);
  EXPECT_EQ(limited.in("sho"), Role::kNone);
  EXPECT_EQ(limited.in(""), Role::kNone);
  EXPECT_EQ(limited.highest(), Role::kEditor);
  EXPECT_EQ(Rights().highest(), Role::kNone);
  EXPECT_EQ(to_text(limited), "blog: viewer, shop: editor");
  EXPECT_EQ(to_text(everywhere), "editor");
  EXPECT_EQ(to_text(Rights()), "none");
}

TEST(User, RightsAreCutToARole) {
  const Rights limited = shop_and_blog().at_most(Role::kViewer);
  EXPECT_EQ(limited.in("shop"), Role::kViewer);
  EXPECT_EQ(limited.in("other"), Role::kNone);
  EXPECT_EQ(Rights(Role::kAdmin).at_most(Role::kEditor), Rights(Role::kEditor));
  EXPECT_EQ(Rights(Role::kViewer).at_most(Role::kAdmin), Rights(Role::kViewer));
}

TEST(User, RightsCoverThoseThatAreNowhereMore) {
  const Rights limited = shop_and_blog();
  const Rights editor = Role::kEditor;
  EXPECT_TRUE(limited.cover(limited));
  EXPECT_TRUE(editor.cover(limited));
  EXPECT_FALSE(Rights(Role::kViewer).cover(limited)) << "less in the shop";
  EXPECT_FALSE(limited.cover(Role::kViewer)) << "less elsewhere";
  EXPECT_FALSE(limited.cover(*rights_in({{"other", Role::kViewer}})));
  EXPECT_TRUE(limited.cover(*rights_in({{"shop", Role::kViewer}})));
}

TEST(User, RightsInProjectsAreCheckedAndSorted) {
  EXPECT_FALSE(rights_in({}));
  EXPECT_FALSE(rights_in({{"shop", Role::kViewer}, {"shop", Role::kAdmin}})) << "twice";
  EXPECT_FALSE(rights_in({{"", Role::kViewer}}));
  EXPECT_FALSE(rights_in({{"a\nb", Role::kViewer}}));
  EXPECT_FALSE(rights_in({{std::string(65, 'x'), Role::kViewer}}));
  std::vector<ProjectRole> many;
  for (std::size_t i = 0; i < kProjectRolesMax; ++i) {
    many.push_back({std::to_string(i), Role::kViewer});
  }
  EXPECT_TRUE(rights_in(many));
  many.push_back({"more", Role::kViewer});
  EXPECT_FALSE(rights_in(many));
}

}  // namespace
}  // namespace penstock::console
