#include "files/whole_file.h"

#include <filesystem>
#include <fstream>
#include <iterator>

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "support/as_nobody.h"
#include "support/temp_dir.h"

namespace penstock::files {
namespace {

namespace fs = std::filesystem;

std::string text_of(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::ptrdiff_t files_in(const std::string& path) {
  return std::distance(fs::directory_iterator(path), fs::directory_iterator());
}

TEST(WholeFile, IsMadeWithItsMode) {
  const testing::TempDir dir;
  ASSERT_TRUE(write_whole_file(dir.path("a"), "secret\n", {.mode = 0600}));
  EXPECT_EQ(text_of(dir.path("a")), "secret\n");
  EXPECT_EQ(testing::mode_of(dir.path("a")), 0600u);
  EXPECT_EQ(files_in(dir.path()), 1);
}

TEST(WholeFile, ReplacesWhatIsThere) {
  const testing::TempDir dir;
  ASSERT_TRUE(write_whole_file(dir.path("a"), "long before", {}));
  ASSERT_TRUE(write_whole_file(dir.path("a"), "now", {.mode = 0600}));
  EXPECT_EQ(text_of(dir.path("a")), "now");
  EXPECT_EQ(testing::mode_of(dir.path("a")), 0600u);
}

TEST(WholeFile, IsNotThereBeforeItIsWhole) {
  const testing::TempDir dir;
  {
    auto file = WholeFile::create(dir.path("a"), {});
    ASSERT_TRUE(file);
    ASSERT_TRUE(file->write("half"));
    EXPECT_FALSE(fs::exists(dir.path("a")));
  }
  EXPECT_EQ(files_in(dir.path()), 0);
}

TEST(WholeFile, MayHaveTheLongestName) {
  const testing::TempDir dir;
  EXPECT_TRUE(write_whole_file(dir.path(std::string(255, 'n')), "", {}));
}

// A link under the name is replaced, and what it leads to is left alone.
TEST(WholeFile, FollowsNoLink) {
  const testing::TempDir dir;
  std::ofstream(dir.path("victim")) << "precious";
  fs::create_symlink(dir.path("victim"), dir.path("a"));
  ASSERT_TRUE(write_whole_file(dir.path("a"), "new", {}));
  EXPECT_EQ(text_of(dir.path("victim")), "precious");
  EXPECT_FALSE(fs::is_symlink(dir.path("a")));
}

TEST(WholeFile, SaysWhyItCannotBeWritten) {
  const testing::TempDir dir;
  EXPECT_EQ(write_whole_file(dir.path("none/a"), "", {}).error().native, ENOENT);
  fs::create_directory(dir.path("folder"));
  EXPECT_EQ(write_whole_file(dir.path("folder"), "", {}).error().native, EISDIR);
  EXPECT_EQ(write_whole_file("/proc/self/a", "", {}).error().native, ENOENT);
  EXPECT_EQ(files_in(dir.path()), 1);
}

// The limit stands for a full disk.
TEST(WholeFile, LeavesWhatWasThereWhereTheDiskIsFull) {
  const testing::TempDir dir;
  ASSERT_TRUE(write_whole_file(dir.path("a"), "before", {}));
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
  const rlimit tiny{4, before.rlim_max};
  const auto old_handler = ::signal(SIGXFSZ, SIG_IGN);
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &tiny), 0);
  const auto written = write_whole_file(dir.path("a"), "more than four", {});
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &before), 0);
  ::signal(SIGXFSZ, old_handler);
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().native, EFBIG);
  EXPECT_EQ(text_of(dir.path("a")), "before");
  EXPECT_EQ(files_in(dir.path()), 1);
}

TEST(WholeFile, OfRootBelongsToItsFoldersOwner) {
  PENSTOCK_NEEDS_ROOT();
  const testing::TempDir dir;
  testing::give_to_nobody(dir.path());
  ASSERT_TRUE(write_whole_file(dir.path("his"), "", {}));
  ASSERT_TRUE(write_whole_file(dir.path("mine"), "", {.mode = 0600, .keeps_owner = false}));
  EXPECT_EQ(testing::owner_of(dir.path("his")), testing::kNobody);
  EXPECT_EQ(testing::owner_of(dir.path("mine")), 0u);
}

TEST(WholeFile, OfRootKeepsTheOwnerOfTheFileBefore) {
  PENSTOCK_NEEDS_ROOT();
  const testing::TempDir dir;
  ASSERT_TRUE(write_whole_file(dir.path("a"), "before", {}));
  testing::give_to_nobody(dir.path("a"));
  ASSERT_TRUE(write_whole_file(dir.path("a"), "now", {}));
  EXPECT_EQ(testing::owner_of(dir.path("a")), testing::kNobody);
}

TEST(WholeFile, OfRootIsNotLedIntoRootsFolders) {
  PENSTOCK_NEEDS_ROOT();
  const testing::TempDir dir;
  fs::create_directory(dir.path("roots"));
  fs::create_directory(dir.path("his"));
  fs::create_symlink(dir.path("roots"), dir.path("his/run"));
  testing::give_to_nobody(dir.path("his"));
  testing::give_to_nobody(dir.path("his/run"));
  EXPECT_EQ(write_whole_file(dir.path("his/run/a"), "", {}).error().native, ELOOP);
  EXPECT_EQ(files_in(dir.path("roots")), 0);
}

TEST(WholeFile, IsReadUpToItsLimit) {
  const testing::TempDir dir;
  const std::string text(40'000, 'x');
  ASSERT_TRUE(write_whole_file(dir.path("a"), text, {}));
  EXPECT_EQ(*read_whole_file(dir.path("a"), text.size()), text);
  EXPECT_EQ(read_whole_file(dir.path("a"), text.size() - 1).error().native, EFBIG);
  EXPECT_EQ(read_whole_file(dir.path("none"), 1).error().native, ENOENT);
  EXPECT_EQ(read_whole_file(dir.path(), 1).error().native, EINVAL);
  ASSERT_EQ(::mkfifo(dir.path("fifo").c_str(), 0600), 0);
  EXPECT_EQ(read_whole_file(dir.path("fifo"), 1).error().native, EINVAL);
}

// A file of a service's in a folder of root's: its user is that of the service's own folder.
TEST(WholeFile, OfRootInRootsFolderIsWhoseItIsSaidToBe) {
  PENSTOCK_NEEDS_ROOT();
  const testing::TempDir dir;
  std::filesystem::create_directory(dir.path("his"));
  testing::give_to_nobody(dir.path("his"));
  const WholeFileOptions options{.mode = 0640, .user_of = dir.path("his")};
  const mode_t before = ::umask(0077);
  ASSERT_TRUE(write_whole_file(dir.path("a"), "1", options));
  EXPECT_EQ(testing::owner_of(dir.path("a")), testing::kNobody);
  EXPECT_EQ(testing::mode_of(dir.path("a")), 0640U) << "whatever root's umask is";
  ASSERT_TRUE(write_whole_file(dir.path("a"), "2", {.mode = 0640}));
  EXPECT_EQ(testing::owner_of(dir.path("a")), testing::kNobody) << "as before";
  ASSERT_TRUE(write_whole_file(dir.path("b"), "1", {.mode = 0640}));
  ASSERT_TRUE(write_whole_file(dir.path("b"), "2", options));
  EXPECT_EQ(testing::owner_of(dir.path("b")), testing::kNobody) << "root's own says nothing";
  ASSERT_TRUE(write_whole_file(dir.path("c"), "1", {.mode = 0640, .user_of = dir.path("none")}));
  EXPECT_EQ(testing::owner_of(dir.path("c")), 0U);
  ::umask(before);
}

}  // namespace
}  // namespace penstock::files
