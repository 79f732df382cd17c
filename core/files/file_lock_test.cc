#include "files/file_lock.h"

#include <filesystem>
#include <fstream>
#include <thread>

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "support/as_nobody.h"
#include "support/temp_dir.h"

namespace penstock::files {
namespace {

TEST(FileLock, IsHeldByOneUntilItGoes) {
  testing::TempDir dir;
  {
    auto first = FileLock::try_take(dir.path("lock"));
    ASSERT_TRUE(first && *first);

    auto second = FileLock::try_take(dir.path("lock"));

    ASSERT_TRUE(second);
    EXPECT_FALSE(second->has_value());
    EXPECT_FALSE(FileLock::is_abandoned(dir.path("lock")));
    EXPECT_EQ(FileLock::is_held(dir.path("lock")), true);
  }
  EXPECT_EQ(FileLock::is_held(dir.path("lock")), false);
  EXPECT_EQ(FileLock::is_held(dir.path("none")), std::nullopt);
  EXPECT_TRUE(FileLock::is_abandoned(dir.path("lock")));
  EXPECT_TRUE(FileLock::try_take(dir.path("lock")).value().has_value());
}

TEST(FileLock, MovesWithItsOwner) {
  testing::TempDir dir;
  auto taken = FileLock::try_take(dir.path("lock"));
  ASSERT_TRUE(taken && *taken);

  std::optional<FileLock> kept(std::move(**taken));
  taken->reset();

  EXPECT_FALSE(FileLock::is_abandoned(dir.path("lock")));
  kept.reset();
  EXPECT_TRUE(FileLock::is_abandoned(dir.path("lock")));
}

TEST(FileLock, IsWaitedForUntilTheDeadline) {
  using namespace std::chrono_literals;
  testing::TempDir dir;
  auto first = FileLock::try_take(dir.path("lock"));
  ASSERT_TRUE(first && *first);
  EXPECT_EQ(FileLock::take(dir.path("lock"), 1ms).error().code, ErrorCode::kOverloaded);

  std::thread holder([&] { first->reset(); });
  EXPECT_TRUE(FileLock::take(dir.path("lock"), 60s));
  holder.join();
}

TEST(FileLock, GoesOnWithWhomItIsGivenTo) {
  testing::TempDir dir;
  auto first = FileLock::try_take(dir.path("lock"));
  ASSERT_TRUE(first && *first);
  const FileLock second = FileLock::adopt(Descriptor(::dup((*first)->fd())));
  first->reset();
  EXPECT_EQ(FileLock::is_held(dir.path("lock")), true);
}

TEST(FileLock, FollowsNoLink) {
  testing::TempDir dir;
  std::filesystem::create_symlink(dir.path("victim"), dir.path("lock"));
  EXPECT_EQ(FileLock::try_take(dir.path("lock")).error().native, ELOOP);
  EXPECT_FALSE(std::filesystem::exists(dir.path("victim")));
}

TEST(FileLock, IsNotAbandonedWhereThereIsNone) {
  testing::TempDir dir;

  EXPECT_FALSE(FileLock::is_abandoned(dir.path("lock")));
  EXPECT_FALSE(std::filesystem::exists(dir.path("lock")));
  EXPECT_EQ(FileLock::try_take(dir.path("none/lock")).error().code, ErrorCode::kConfiguration);
}

TEST(FileLock, IsTheGroupsTooInAFolderThatIsShared) {
  const testing::TempDir dir;
  const mode_t before = ::umask(0007);
  ASSERT_TRUE(FileLock::try_take(dir.path("lock")).value().has_value());
  EXPECT_EQ(testing::mode_of(dir.path("lock")), 0640U);
  std::filesystem::create_directory(dir.path("shared"));
  ASSERT_EQ(::chmod(dir.path("shared").c_str(), 02770), 0);
  ASSERT_TRUE(FileLock::try_take(dir.path("shared/lock")).value().has_value());
  ::umask(before);
  EXPECT_EQ(testing::mode_of(dir.path("shared/lock")), 0660U);
}

TEST(FileLock, OfRootIsTheFoldersOwnersWhereItIsNew) {
  PENSTOCK_NEEDS_ROOT();
  const testing::TempDir dir;
  std::filesystem::create_directory(dir.path("his"));
  std::ofstream(dir.path("his/older")) << "";
  testing::give_to_nobody(dir.path("his"));
  ASSERT_TRUE(FileLock::try_take(dir.path("his/lock")).value().has_value());
  EXPECT_EQ(testing::owner_of(dir.path("his/lock")), testing::kNobody);
  ASSERT_TRUE(FileLock::try_take(dir.path("his/older")).value().has_value());
  EXPECT_EQ(testing::owner_of(dir.path("his/older")), 0U) << "it may be a second name of another's";
}

}  // namespace
}  // namespace penstock::files
