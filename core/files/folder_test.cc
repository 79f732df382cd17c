#include "files/folder.h"

#include <filesystem>

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "files/identity.h"
#include "support/as_nobody.h"
#include "support/temp_dir.h"

namespace penstock::files {
namespace {

namespace fs = std::filesystem;

TEST(Folder, SplitsAPath) {
  EXPECT_EQ(folder_of("/a/b/c"), "/a/b");
  EXPECT_EQ(folder_of("/c"), "/");
  EXPECT_EQ(folder_of("c"), ".");
  EXPECT_EQ(folder_of("a/c"), "a");
  EXPECT_EQ(name_of("/a/b/c"), "c");
  EXPECT_EQ(name_of("c"), "c");
}

TEST(Folder, IsMadeWithEveryPartThatIsMissing) {
  const testing::TempDir dir;
  ASSERT_TRUE(make_folders(dir.path("a/b/c/"), 0750));
  EXPECT_EQ(testing::mode_of(dir.path("a")), 0750u);
  EXPECT_EQ(testing::mode_of(dir.path("a/b/c")), 0750u);
  ASSERT_TRUE(make_folders(dir.path("a/b/c"), 0700));
  EXPECT_EQ(testing::mode_of(dir.path("a/b/c")), 0750u);
}

TEST(Folder, MayBeNamedFromWhereWeAre) {
  const testing::TempDir dir;
  const fs::path before = fs::current_path();
  fs::current_path(dir.path());
  EXPECT_TRUE(make_folders("a/b", 0750));
  EXPECT_TRUE(make_folder("c", 0750));
  EXPECT_TRUE(sync_folder("a/../a/./b"));
  EXPECT_TRUE(sync_folder("."));
  fs::current_path(before);
  EXPECT_TRUE(fs::is_directory(dir.path("a/b")));
  EXPECT_TRUE(sync_folder("/"));
}

TEST(Folder, SaysWhyItCannotBeMade) {
  const testing::TempDir dir;
  EXPECT_EQ(make_folder(dir.path("none/a"), 0750).error().native, ENOENT);
  ASSERT_TRUE(make_folder(dir.path("a"), 0750));
  fs::copy_file("/proc/self/comm", dir.path("a/file"));
  EXPECT_EQ(make_folder(dir.path("a/file"), 0750).error().native, ENOTDIR);
  EXPECT_EQ(make_folders(dir.path("a/file/b"), 0750).error().native, ENOTDIR);
}

TEST(Folder, IsReadableForWhoMayListAndOpen) {
  const testing::TempDir dir;
  EXPECT_TRUE(check_folder(dir.path()));
  EXPECT_EQ(check_folder(dir.path("none")).error().native, ENOENT);
  PENSTOCK_NEEDS_ROOT();
  const testing::TempDir his;
  testing::give_to_nobody(his.path());
  for (const mode_t mode : {0700u, 0770u, 0744u, 0711u}) {
    ASSERT_EQ(::chmod(dir.path().c_str(), mode), 0);
    const auto identity = OwnerIdentity::take(his.path());
    ASSERT_TRUE(identity);
    EXPECT_EQ(check_folder(dir.path()).error().native, EACCES) << mode;
  }
}

// No folder of /proc can be synced: as a disk that fails, without one.
TEST(Folder, SaysThatItIsNotSynced) {
  const testing::TempDir dir;
  EXPECT_EQ(sync_folder("/proc/self").error().native, EINVAL);
  EXPECT_EQ(sync_folder(dir.path("none")).error().native, ENOENT);
}

TEST(Folder, IsReachedThroughTheLinksOfWhoeverOwnsIt) {
  const testing::TempDir dir;
  ASSERT_TRUE(make_folders(dir.path("real/inner"), 0755));
  fs::create_symlink(dir.path("real"), dir.path("link"));
  fs::create_symlink("link", dir.path("again"));
  EXPECT_TRUE(open_folder(dir.path("link")));
  EXPECT_TRUE(open_folder(dir.path("again/inner")));
  EXPECT_EQ(open_folder(dir.path("none")).error().native, ENOENT);
}

TEST(Folder, IsNotReachedByRootThroughTheLinkOfAStranger) {
  PENSTOCK_NEEDS_ROOT();
  const testing::TempDir dir;
  ASSERT_TRUE(make_folders(dir.path("roots/inner"), 0755));
  ASSERT_TRUE(make_folders(dir.path("his/own"), 0755));
  fs::create_symlink(dir.path("roots"), dir.path("his/trap"));
  fs::create_symlink(dir.path("his/own"), dir.path("his/fair"));
  for (const char* path : {"his", "his/own", "his/trap", "his/fair"}) {
    testing::give_to_nobody(dir.path(path));
  }
  EXPECT_EQ(open_folder(dir.path("his/trap")).error().native, ELOOP);
  EXPECT_EQ(open_folder(dir.path("his/trap/inner")).error().native, ELOOP);
  EXPECT_TRUE(open_folder(dir.path("his/fair")));
}

TEST(ModeIn, AddsTheGroupsRightsInAFolderThatIsSetUpForThat) {
  const testing::TempDir dir;
  const std::string folder = dir.path("f");
  ASSERT_TRUE(make_folder(folder, 0750));
  for (const mode_t mode : {0750U, 02750U, 0770U, 0777U}) {
    ASSERT_EQ(::chmod(folder.c_str(), mode), 0);
    EXPECT_EQ(mode_in(folder, 0640), 0640U) << std::oct << mode;
  }
  ASSERT_EQ(::chmod(folder.c_str(), 02770), 0);
  EXPECT_EQ(mode_in(folder, 0640), 0660U);
  EXPECT_EQ(mode_in(folder, 0750), 0770U);
  EXPECT_EQ(mode_in(dir.path("none"), 0640), 0640U);
}

TEST(Folder, SyncsItsFileSystem) {
  const testing::TempDir dir;
  const auto folder = open_folder(dir.path());
  ASSERT_TRUE(folder);
  EXPECT_TRUE(sync_file_system(*folder));
  EXPECT_FALSE(sync_file_system(Descriptor()));
}

}  // namespace
}  // namespace penstock::files
