#include "cli/import/bookmark.h"

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

#include "support/temp_dir.h"

namespace penstock::cli {
namespace {

TEST(Bookmark, IsThereUntilItIsRemoved) {
  const testing::TempDir dir;
  const std::string folder = dir.path();
  const Bookmark bookmark(folder, {"combined", "a"});
  EXPECT_EQ(bookmark.read(), std::nullopt);
  const Place place{1, 1'000'000, 0xffff'ffff'ffff'ffff};
  ASSERT_TRUE(bookmark.write(place));
  EXPECT_EQ(bookmark.read(), place);
  EXPECT_EQ(Bookmark(folder, {"combined", "a"}).read(), place);
  EXPECT_EQ(Bookmark(folder, {"combined", "b"}).read(), std::nullopt);
  EXPECT_EQ(Bookmark(folder, {"combineda"}).read(), std::nullopt);
  std::ofstream(bookmark.path()) << "penstock-import 1 x";
  EXPECT_EQ(bookmark.read(), std::nullopt);
  bookmark.remove();
  EXPECT_FALSE(std::filesystem::exists(bookmark.path()));
}

}  // namespace
}  // namespace penstock::cli
