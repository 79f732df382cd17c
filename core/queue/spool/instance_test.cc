#include "queue/spool/instance.h"

#include <filesystem>

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "queue/spool/folder.h"
#include "sqlite/sqlite.h"
#include "support/as_nobody.h"
#include "support/failing_sync.h"
#include "support/temp_dir.h"

namespace penstock::queue {
namespace {

TEST(SpoolInstance, IsOneForAProcessAndGoesWithItsLastReactor) {
  testing::TempDir dir;
  auto first = SpoolInstance::shared(dir.path("spool"));
  auto second = SpoolInstance::shared(dir.path("spool"));
  ASSERT_TRUE(first && second);
  EXPECT_EQ(first->get(), second->get());
  EXPECT_EQ(list_instances(dir.path("spool")).size(), 1U);
  EXPECT_FALSE(is_instance_dead(dir.path("spool"), (*first)->name()));

  first->reset();
  EXPECT_EQ(list_instances(dir.path("spool")).size(), 1U);
  second->reset();

  EXPECT_TRUE(list_instances(dir.path("spool")).empty());
}

// "Durable" may not be said of what lies in a folder that a power cut takes away.
TEST(SpoolInstance, IsNotMadeWhereItsFolderCannotBeSynced) {
  testing::TempDir dir;
  ASSERT_TRUE(make_spool_folder(dir.path("spool")));
  {
    const testing::FailingFolderSync failing;
    const auto made = SpoolInstance::shared(dir.path("spool"));
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error().code, ErrorCode::kExhausted);
    EXPECT_EQ(made.error().native, EIO);
    EXPECT_FALSE(make_spool_folder(dir.path("another")));
  }
  EXPECT_TRUE(std::filesystem::is_empty(dir.path("spool")));
  EXPECT_FALSE(std::filesystem::exists(dir.path("another")));
  EXPECT_TRUE(SpoolInstance::shared(dir.path("spool")));
}

TEST(SpoolInstance, LeavesItsFolderWhereSegmentsAreInIt) {
  testing::TempDir dir;
  std::string first_name;
  {
    auto instance = SpoolInstance::shared(dir.path("spool"));
    first_name = (*instance)->name();
    ASSERT_TRUE(sqlite::Database::open(dir.path("spool/") + first_name + "/000001-r0.db", {}));
  }
  EXPECT_TRUE(is_instance_dead(dir.path("spool"), first_name));

  auto next = SpoolInstance::shared(dir.path("spool"));

  EXPECT_GT((*next)->name(), first_name);
  EXPECT_EQ(list_instances(dir.path("spool")).size(), 2U);
}

TEST(SpoolInstance, CountsBytesOfTheWholeSpool) {
  testing::TempDir dir;
  auto instance = SpoolInstance::shared(dir.path("spool"));
  EXPECT_EQ((*instance)->bytes(), 0U);
  (*instance)->add_bytes(1'000'000);
  EXPECT_EQ((*instance)->bytes(), 1'000'000U);

  (*instance)->measure();

  EXPECT_EQ((*instance)->bytes(), 0U);
}

TEST(SpoolInstance, IsMeasuredByOneReactorAPeriod) {
  testing::TempDir dir;
  auto instance = SpoolInstance::shared(dir.path("spool"));

  EXPECT_TRUE((*instance)->take_turn_to_measure(5'000'000));
  EXPECT_FALSE((*instance)->take_turn_to_measure(5'000'001));
  EXPECT_TRUE((*instance)->take_turn_to_measure(6'000'000));
}

TEST(SpoolInstance, NamesConfigurationWhereTheFolderCannotBe) {
  EXPECT_EQ(SpoolInstance::shared("/proc/none/spool").error().code, ErrorCode::kConfiguration);
}

// Where intake and worker are users of their own, the spool is shared with their group.
TEST(SpoolInstance, IsTheGroupsTooInASpoolThatIsShared) {
  const testing::TempDir dir;
  const mode_t before = ::umask(0007);
  std::filesystem::create_directory(dir.path("spool"));
  ASSERT_EQ(::chmod(dir.path("spool").c_str(), 02770), 0);
  auto instance = SpoolInstance::shared(dir.path("spool"));
  ::umask(before);
  ASSERT_TRUE(instance);
  const std::string folder = dir.path("spool/" + (*instance)->name());
  EXPECT_EQ(testing::mode_of(folder) & 0777, 0770U);
  EXPECT_EQ(testing::mode_of(folder + "/lock"), 0660U);
}

}  // namespace
}  // namespace penstock::queue
