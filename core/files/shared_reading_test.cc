#include "files/shared_reading.h"

#include <fstream>

#include <fcntl.h>
#include <grp.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "files/descriptor.h"
#include "support/as_nobody.h"
#include "support/temp_dir.h"

namespace penstock::files {
namespace {

constexpr gid_t kLookers = 62'002;

Descriptor opened(const std::string& path) {
  return Descriptor(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
}

// access(2) as somebody in that group alone.
bool may(gid_t group, const std::string& path, int wanted) {
  const pid_t child = ::fork();
  if (child == 0) {
    const bool is_he = ::setgroups(1, &group) == 0 && ::setgid(group) == 0 && ::setuid(61'009) == 0;
    ::_exit(is_he && ::access(path.c_str(), wanted) == 0 ? 0 : 1);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  return status == 0;
}

class SharedReading : public ::testing::Test {
 protected:
  void SetUp() override {
    PENSTOCK_NEEDS_ROOT();
    ::chmod(dir_.path().c_str(), 0711);
    folder_ = dir_.path("f");
    ASSERT_EQ(::mkdir(folder_.c_str(), 0770), 0);
    const auto fd = opened(folder_);
    const auto changed = let_group_read(fd.get(), kLookers);
    ASSERT_TRUE(changed);
    ASSERT_TRUE(*changed) << dir_.path() << " must be where access control lists are";
  }

  testing::TempDir dir_;
  std::string folder_;
};

TEST_F(SharedReading, LetsTheGroupLookAndNobodyElse) {
  EXPECT_TRUE(may(kLookers, folder_, R_OK | X_OK));
  EXPECT_FALSE(may(kLookers, folder_, W_OK));
  EXPECT_FALSE(may(kLookers + 1, folder_, X_OK));
  EXPECT_EQ(testing::mode_of(folder_), 0770U);
}

TEST_F(SharedReading, IsOfWhatIsMadeThereToo) {
  const mode_t before = ::umask(0007);
  const std::string file = folder_ + "/a";
  ::close(::open(file.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0660));
  ASSERT_EQ(::mkdir((folder_ + "/sub").c_str(), 0770), 0);
  ::umask(before);
  EXPECT_TRUE(may(kLookers, file, R_OK));
  EXPECT_FALSE(may(kLookers, file, W_OK));
  EXPECT_FALSE(may(kLookers + 1, file, R_OK));
  EXPECT_TRUE(may(kLookers, folder_ + "/sub", R_OK | X_OK));
  EXPECT_EQ(let_group_read(opened(file).get(), kLookers), false) << "nothing is left to do";
  EXPECT_EQ(let_group_read(opened(folder_ + "/sub").get(), kLookers), false);
  EXPECT_EQ(let_group_read(opened(folder_).get(), kLookers), false);
}

TEST_F(SharedReading, IsOfAFileThatWasThereBefore) {
  const std::string file = dir_.path("older");
  std::ofstream(file) << "x";
  ASSERT_EQ(::chmod(file.c_str(), 0660), 0);
  EXPECT_FALSE(may(kLookers, file, R_OK));
  EXPECT_EQ(let_group_read(opened(file).get(), kLookers), true);
  EXPECT_TRUE(may(kLookers, file, R_OK));
  EXPECT_TRUE(may(0, file, R_OK | W_OK)) << "its own group as before";
  EXPECT_FALSE(let_group_read(-1, kLookers));
}

TEST_F(SharedReading, LeavesAsItIsWhatCanHaveNoList) {
  EXPECT_EQ(let_group_read(opened("/proc/self/stat").get(), kLookers), false);
}

}  // namespace
}  // namespace penstock::files
