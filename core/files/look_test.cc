#include "files/look.h"

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

#include "support/temp_dir.h"

namespace penstock::files {
namespace {

void write_text(const std::string& path, const std::string& text) {
  std::ofstream(path, std::ios::binary | std::ios::trunc) << text;
}

TEST(Look, IsAnotherAfterEachKindOfChange) {
  const testing::TempDir dir;
  const std::vector<std::string> paths = {dir.path("crt"), dir.path("key")};
  write_text(paths[0], "certificate");
  write_text(paths[1], "key");
  const auto look = [&] { return Look(paths); };
  Look before = look();
  EXPECT_EQ(look(), before);
  const auto expect_change = [&](const char* what) {
    EXPECT_NE(look(), before) << what;
    before = look();
    EXPECT_EQ(look(), before);
  };
  write_text(dir.path("key"), "longer or shorter");
  expect_change("content");
  write_text(dir.path("new"), "longer or shorter");
  std::filesystem::rename(dir.path("new"), dir.path("key"));
  expect_change("a file put in its place");
  std::filesystem::remove(dir.path("crt"));
  expect_change("a file gone");
  write_text(dir.path("real"), "x");
  std::filesystem::create_symlink(dir.path("real"), dir.path("crt"));
  expect_change("a link");
  write_text(dir.path("other"), "x");
  std::filesystem::remove(dir.path("crt"));
  std::filesystem::create_symlink(dir.path("other"), dir.path("crt"));
  expect_change("a link to another file, as certbot makes it");
}

}  // namespace
}  // namespace penstock::files
