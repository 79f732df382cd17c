#include "console/api/auth/saved_views.h"

#include <gtest/gtest.h>

#include "console/api/auth/accounts.h"
#include "crypto/secrets.h"
#include "support/temp_dir.h"

namespace penstock::console {
namespace {

class SavedViewsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    crypto::start_crypto();
    accounts_ = std::move(*Accounts::open(path(), clock_));
    ada_ = *accounts_->add("ada@x", Role::kEditor, "a good long password", false);
    bob_ = *accounts_->add("bob@x", Role::kViewer, "a good long password", false);
    root_ = *accounts_->add("root@x", Role::kAdmin, "a good long password", false);
    views_ = std::move(*SavedViews::open(path(), clock_));
  }
  std::string path() const { return dir_.path("console.db"); }

  static SavedView view(std::optional<std::int64_t> owner, std::string name, bool is_shared) {
    SavedView made;
    made.owner_id = owner;
    made.name = std::move(name);
    made.page = "/events";
    made.query = "range=7d&filter=path~%3D%2Fa";
    made.is_shared = is_shared;
    return made;
  }

  testing::TempDir dir_;
  ManualClock clock_{1'800'000'000'000};
  std::unique_ptr<Accounts> accounts_;
  std::unique_ptr<SavedViews> views_;
  User ada_;
  User bob_;
  User root_;
};

TEST_F(SavedViewsTest, OnesOwnAndTheSharedAreListed) {
  ASSERT_TRUE(views_->add(view(ada_.id, "b mine", false)));
  ASSERT_TRUE(views_->add(view(ada_.id, "a ours", true)));
  const auto adas = views_->list(ada_.id);
  ASSERT_EQ(adas->size(), 2u);
  EXPECT_EQ((*adas)[0].name, "a ours");
  EXPECT_EQ((*adas)[1].query, "range=7d&filter=path~%3D%2Fa");
  const auto bobs = views_->list(bob_.id);
  ASSERT_EQ(bobs->size(), 1u);
  EXPECT_EQ((*bobs)[0].owner, "ada@x");

  ASSERT_TRUE(accounts_->remove("ada@x"));
  const auto left = views_->list(bob_.id);
  ASSERT_EQ(left->size(), 1u);
  EXPECT_EQ((*left)[0].owner, "");
  EXPECT_FALSE((*left)[0].owner_id);
  EXPECT_TRUE(may_see((*left)[0], bob_));
  EXPECT_FALSE(may_change((*left)[0], bob_));
  EXPECT_TRUE(may_change((*left)[0], root_));
}

TEST_F(SavedViewsTest, AreTheirOwnersToChange) {
  const SavedView mine = *views_->add(view(ada_.id, "mine", false));
  EXPECT_TRUE(may_change(mine, ada_));
  EXPECT_FALSE(may_see(mine, bob_));
  EXPECT_FALSE(may_see(mine, root_)) << "private is private";
  EXPECT_FALSE(may_change(mine, root_));
  const SavedView ours = *views_->add(view(ada_.id, "ours", true));
  EXPECT_TRUE(may_see(ours, bob_));
  EXPECT_FALSE(may_change(ours, bob_));
  EXPECT_TRUE(may_change(ours, root_));
}

TEST_F(SavedViewsTest, OfOtherProjectsAreNotSeen) {
  User eve;
  eve.id = 99;
  eve.rights = *rights_in({{"shop", Role::kEditor}, {"b/log", Role::kViewer}});
  SavedView ours = view(ada_.id, "ours", true);
  EXPECT_EQ(project_of(ours), "");
  EXPECT_FALSE(may_see(ours, eve)) << "of all projects";
  ours.query = "project=shop&range=7d";
  EXPECT_TRUE(may_see(ours, eve));
  EXPECT_TRUE(may_share(ours, eve));
  EXPECT_FALSE(may_change(ours, eve));
  ours.query = "range=7d&project=b%2Flog";
  EXPECT_EQ(project_of(ours), "b/log");
  EXPECT_TRUE(may_see(ours, eve));
  EXPECT_FALSE(may_share(ours, eve)) << "a viewer there";
  ours.query = "project=other";
  EXPECT_FALSE(may_see(ours, eve));
  EXPECT_FALSE(may_share(ours, eve));
  ours.owner_id = eve.id;
  EXPECT_TRUE(may_see(ours, eve)) << "her own";
  eve.rights = *rights_in({{"other", Role::kAdmin}});
  ours.owner_id = ada_.id;
  EXPECT_TRUE(may_change(ours, eve)) << "an administrator there";
}

TEST_F(SavedViewsTest, AreChangedAndRemoved) {
  SavedView made = *views_->add(view(ada_.id, "mine", false));
  clock_.advance_ms(1'000);
  made.name = "renamed";
  made.is_shared = true;
  const auto changed = views_->change(made);
  ASSERT_TRUE(changed && *changed);
  const auto found = views_->find(made.id);
  ASSERT_TRUE(found && *found);
  EXPECT_EQ((*found)->name, "renamed");
  EXPECT_TRUE((*found)->is_shared);
  EXPECT_EQ((*found)->changed_at_ms, (*found)->created_at_ms + 1'000);
  EXPECT_TRUE(*views_->remove(made.id));
  EXPECT_FALSE(*views_->remove(made.id));
  EXPECT_FALSE(views_->change(made)->has_value());
  EXPECT_FALSE(views_->find(made.id)->has_value());
}

TEST_F(SavedViewsTest, HaveALimitForEachUser) {
  for (std::size_t i = 0; i < kViewsMax; ++i) {
    ASSERT_TRUE(views_->add(view(ada_.id, "v", false)));
  }
  EXPECT_FALSE(views_->add(view(ada_.id, "one more", false)));
  EXPECT_TRUE(views_->add(view(bob_.id, "another's", false)));
}

TEST_F(SavedViewsTest, SayWhatIsWrongWithOne) {
  EXPECT_EQ(view_fault(view(1, "a name", false)), nullptr);
  EXPECT_NE(view_fault(view(1, "", false)), nullptr);
  EXPECT_NE(view_fault(view(1, std::string(81, 'a'), false)), nullptr);
  EXPECT_NE(view_fault(view(1, "a\nb", false)), nullptr);
  SavedView one = view(1, "a name", false);
  for (const char* page : {"", "events", "/people", "//evil.example", "javascript:alert(1)"}) {
    one.page = page;
    EXPECT_NE(view_fault(one), nullptr) << page;
  }
  one = view(1, "a name", false);
  for (const std::string& query : {std::string("a=#b"), std::string("a=\"b"), std::string("a b"),
                                   std::string("<b>"), std::string(4097, 'a')}) {
    one.query = query;
    EXPECT_NE(view_fault(one), nullptr) << query.substr(0, 20);
  }
  one.query = "";
  EXPECT_EQ(view_fault(one), nullptr);
}

}  // namespace
}  // namespace penstock::console
