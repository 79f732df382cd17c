#include "console/api/auth/secret_file.h"

#include <filesystem>
#include <fstream>
#include <iterator>

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "crypto/secrets.h"
#include "support/temp_dir.h"

namespace penstock::console {
namespace {

std::string content_of(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

TEST(SecretFile, ReplacesWhateverIsThereByAFileOfItsOwner) {
  crypto::start_crypto();
  const testing::TempDir dir;
  const std::string path = dir.path("initial-password");
  std::ofstream(path) << "old";
  std::filesystem::permissions(path, std::filesystem::perms::all);

  ASSERT_TRUE(write_secret_file(path, "new\n"));

  EXPECT_EQ(content_of(path), "new\n");
  struct stat info {};
  ASSERT_EQ(::stat(path.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 07777, 0600u);
}

TEST(SecretFile, DoesNotWriteThroughALink) {
  crypto::start_crypto();
  const testing::TempDir dir;
  std::ofstream(dir.path("victim")) << "untouched";
  std::filesystem::create_symlink(dir.path("victim"), dir.path("secret"));

  ASSERT_TRUE(write_secret_file(dir.path("secret"), "x"));

  EXPECT_EQ(content_of(dir.path("victim")), "untouched");
  EXPECT_FALSE(std::filesystem::is_symlink(dir.path("secret")));
}

TEST(SecretFile, LeavesNothingBehindWhenItFails) {
  crypto::start_crypto();
  const testing::TempDir dir;
  std::filesystem::create_directory(dir.path("taken"));

  EXPECT_FALSE(write_secret_file(dir.path("taken"), "x"));
  EXPECT_FALSE(write_secret_file(dir.path("absent/secret"), "x"));

  const std::filesystem::directory_iterator entries(dir.path());
  EXPECT_EQ(std::distance(begin(entries), end(entries)), 1);
}

}  // namespace
}  // namespace penstock::console
