#include "cli/backup/pieces.h"

#include <cerrno>
#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "files/whole_file.h"
#include "sqlite/sqlite.h"
#include "support/temp_dir.h"

namespace penstock::cli {
namespace {

class PiecesTest : public ::testing::Test {
 protected:
  void make(const std::string& name, const std::string& text = "text") {
    std::filesystem::create_directories(std::filesystem::path(dir_.path(name)).parent_path());
    std::ofstream(dir_.path(name)) << text;
  }
  testing::TempDir dir_;
};

TEST_F(PiecesTest, ACopyIsTheOwnersAlone) {
  make("keys.json", "secret");
  ASSERT_TRUE(copy_file(dir_.path("keys.json"), dir_.path("copy")).has_value());
  struct stat status {};
  ASSERT_EQ(::stat(dir_.path("copy").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600u);
  EXPECT_EQ(files::read_whole_file(dir_.path("copy"), 100).value_or(""), "secret");
  EXPECT_EQ(copy_file(dir_.path("keys.json"), dir_.path("copy")).error().native, EEXIST);
}

TEST_F(PiecesTest, NoFolderAndNoPipeIsCopied) {
  std::filesystem::create_directory(dir_.path("folder"));
  ASSERT_EQ(::mkfifo(dir_.path("pipe").c_str(), 0600), 0);
  EXPECT_FALSE(copy_file(dir_.path("folder"), dir_.path("copy")).has_value());
  EXPECT_FALSE(copy_file(dir_.path("pipe"), dir_.path("copy")).has_value());
  EXPECT_FALSE(copy_database(dir_.path("pipe"), dir_.path("copy")).has_value());
  EXPECT_FALSE(std::filesystem::exists(dir_.path("copy")));
}

TEST_F(PiecesTest, ADatabaseInUseIsCopied) {
  auto database = sqlite::Database::open(dir_.path("a.db"), {});
  ASSERT_TRUE(database->execute("CREATE TABLE t (x); INSERT INTO t VALUES (7)").has_value());
  ASSERT_TRUE(copy_database(dir_.path("a.db"), dir_.path("b.db")).has_value());
  EXPECT_EQ(std::filesystem::status(dir_.path("b.db")).permissions(),
            std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  EXPECT_FALSE(std::filesystem::exists(dir_.path("b.db-wal")));
  auto copy = sqlite::Database::open(dir_.path("b.db"), {.access = sqlite::Access::kReadOnly});
  auto row = copy->prepare("SELECT x FROM t");
  ASSERT_TRUE(row->step().value_or(false));
  EXPECT_EQ(row->integer(0), 7);
}

TEST_F(PiecesTest, CountsBytesAndRoom) {
  make("a/b/c", "12345");
  make("a/d", "123");
  std::filesystem::create_symlink("/proc/kcore", dir_.path("a/link"));
  EXPECT_EQ(bytes_below(dir_.path("a")), 8u);
  EXPECT_EQ(bytes_below(dir_.path("a/d")), 3u);
  EXPECT_EQ(bytes_below(dir_.path("none")), 0u);
  EXPECT_EQ(lack_of_room(dir_.path(), 1), "");
  EXPECT_NE(lack_of_room(dir_.path(), std::uint64_t{1} << 60).find("GB are needed at"),
            std::string::npos);
}

TEST_F(PiecesTest, KnowsWhatLiesWithin) {
  EXPECT_TRUE(is_within("/a/b", "/a/b"));
  EXPECT_TRUE(is_within("/a/b/c", "/a/b"));
  EXPECT_TRUE(is_within("/a", "/"));
  EXPECT_FALSE(is_within("/a/bc", "/a/b"));
  std::filesystem::create_directory(dir_.path("folder"));
  std::filesystem::create_symlink(dir_.path("folder"), dir_.path("link"));
  const std::string folder = std::filesystem::canonical(dir_.path("folder")).string();
  EXPECT_EQ(plain_path(dir_.path("link/new/")), folder + "/new");
  EXPECT_EQ(plain_path(dir_.path("folder/../folder/")), folder);
}

TEST_F(PiecesTest, KnowsWhatIsVacant) {
  EXPECT_TRUE(is_vacant(dir_.path("none")));
  std::filesystem::create_directory(dir_.path("folder"));
  EXPECT_TRUE(is_vacant(dir_.path("folder")));
  make("folder/x");
  EXPECT_FALSE(is_vacant(dir_.path("folder")));
  EXPECT_FALSE(is_vacant(dir_.path("folder/x")));
  std::filesystem::create_symlink("nowhere", dir_.path("link"));
  EXPECT_FALSE(is_vacant(dir_.path("link")));
}

}  // namespace
}  // namespace penstock::cli
