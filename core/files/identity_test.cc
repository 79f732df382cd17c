#include "files/identity.h"

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "files/folder.h"
#include "support/as_nobody.h"
#include "support/temp_dir.h"

namespace penstock::files {
namespace {

TEST(OwnerIdentity, ChangesNothingInOnesOwnFolder) {
  const testing::TempDir dir;
  const auto identity = OwnerIdentity::take(dir.path());
  ASSERT_TRUE(identity);
  EXPECT_EQ(::geteuid(), ::getuid());
}

TEST(OwnerIdentity, OfRootIsTheOwnersWhileItLives) {
  PENSTOCK_NEEDS_ROOT();
  const testing::TempDir dir;
  std::ofstream(dir.path("secret")) << "x";
  std::filesystem::permissions(dir.path("secret"), std::filesystem::perms::owner_read);
  testing::give_to_nobody(dir.path());
  const int groups = ::getgroups(0, nullptr);
  {
    const auto identity = OwnerIdentity::take(dir.path());
    ASSERT_TRUE(identity);
    EXPECT_EQ(::geteuid(), testing::kNobody);
    EXPECT_EQ(::getegid(), testing::kNobody);
    EXPECT_FALSE(std::ifstream(dir.path("secret")).is_open());
    std::ofstream(dir.path("made")) << "x";
  }
  EXPECT_EQ(::geteuid(), 0u);
  EXPECT_EQ(::getegid(), 0u);
  EXPECT_EQ(::getgroups(0, nullptr), groups);
  EXPECT_EQ(testing::owner_of(dir.path("made")), testing::kNobody);
  EXPECT_TRUE(std::ifstream(dir.path("secret")).is_open());
}

TEST(OwnerIdentity, ReachesAFolderWithinOneOfRoots) {
  PENSTOCK_NEEDS_ROOT();
  const testing::TempDir dir;
  ASSERT_TRUE(make_folder(dir.path("his"), 0700));
  ASSERT_EQ(::chmod(dir.path().c_str(), 0700), 0);
  testing::give_to_nobody(dir.path("his"));
  {
    const auto identity = OwnerIdentity::take(dir.path("his"));
    ASSERT_TRUE(identity) << to_text(identity.error());
    EXPECT_TRUE(std::ofstream(dir.path("his/made")).is_open());
    EXPECT_FALSE(std::ofstream(dir.path("made")).is_open());
  }
  EXPECT_EQ(testing::owner_of(dir.path("his/made")), testing::kNobody);
}

TEST(OwnerIdentity, NeedsTheFolder) {
  PENSTOCK_NEEDS_ROOT();
  const testing::TempDir dir;
  EXPECT_EQ(OwnerIdentity::take(dir.path("none")).error().native, ENOENT);
}

// The folder may be shared with a group: what root makes is open to it as what its owner makes is.
TEST(OwnerIdentity, HasNotRootsUmask) {
  PENSTOCK_NEEDS_ROOT();
  const testing::TempDir dir;
  testing::give_to_nobody(dir.path());
  const mode_t before = ::umask(0077);
  {
    const auto identity = OwnerIdentity::take(dir.path());
    ASSERT_TRUE(identity);
    ASSERT_TRUE(make_folder(dir.path("made"), 0777));
  }
  EXPECT_EQ(::umask(before), 0077U);
  EXPECT_EQ(testing::mode_of(dir.path("made")), 0770U);
}

}  // namespace
}  // namespace penstock::files
