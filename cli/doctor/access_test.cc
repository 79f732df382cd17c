#include "cli/doctor/access.h"

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support/temp_dir.h"

namespace penstock::cli {
namespace {

using testing::TempDir;

// Of nobody who is in this machine's lists.
constexpr uid_t kStranger = 4'000'001;

TEST(Access, FollowsOwnerGroupAndOthers) {
  const TempDir dir;
  const std::string path = dir.path("file");
  std::ofstream(path) << "x";
  ASSERT_EQ(::chmod(dir.path().c_str(), 0755), 0);
  ASSERT_EQ(::chmod(path.c_str(), 0640), 0);
  struct stat found {};
  ASSERT_EQ(::stat(path.c_str(), &found), 0);

  const User member{kStranger, {found.st_gid}, "member"};
  const User other{kStranger, {static_cast<gid_t>(kStranger)}, "other"};
  EXPECT_TRUE(may(member, path, R_OK));
  EXPECT_FALSE(may(member, path, W_OK));
  EXPECT_FALSE(may(other, path, R_OK));
  // Root may whatever the bits say; an owner may not what his own bits forbid.
  ASSERT_EQ(::chmod(path.c_str(), 0066), 0);
  EXPECT_TRUE(may({0, {0}, "root"}, path, R_OK | W_OK));
  EXPECT_EQ(may({found.st_uid, {found.st_gid}, "owner"}, path, R_OK), found.st_uid == 0);
  EXPECT_TRUE(may(other, path, R_OK | W_OK));
}

TEST(Access, IsNoneBehindAClosedFolder) {
  const TempDir dir;
  std::filesystem::create_directory(dir.path("closed"));
  std::ofstream(dir.path("closed/file")) << "x";
  ASSERT_EQ(::chmod(dir.path().c_str(), 0755), 0);
  ASSERT_EQ(::chmod(dir.path("closed/file").c_str(), 0666), 0);
  ASSERT_EQ(::chmod(dir.path("closed").c_str(), 0700), 0);
  const User other{kStranger, {static_cast<gid_t>(kStranger)}, "other"};
  EXPECT_FALSE(may(other, dir.path("closed/file"), R_OK));
  ASSERT_EQ(::chmod(dir.path("closed").c_str(), 0701), 0);
  EXPECT_TRUE(may(other, dir.path("closed/file"), R_OK));
}

TEST(Access, KnowsUsersByNameAndByNumber) {
  EXPECT_EQ(user_of(0, 0).name, "root");
  const User stranger = user_of(kStranger, 7);
  EXPECT_EQ(stranger.name, std::to_string(kStranger));
  EXPECT_EQ(stranger.groups, std::vector<gid_t>{7});
}

}  // namespace
}  // namespace penstock::cli
