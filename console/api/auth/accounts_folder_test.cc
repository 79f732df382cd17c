#include "console/api/auth/accounts_folder.h"

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "base/clock.h"
#include "console/api/auth/accounts.h"
#include "sqlite/sqlite.h"
#include "support/temp_dir.h"

namespace penstock::console {
namespace {

class AccountsFolderTest : public ::testing::Test {
 protected:
  // As an older version left it; its journal still there, as after a kill.
  void make_older_accounts() {
    auto accounts = Accounts::open(old_path(), clock_);
    ASSERT_TRUE(accounts.has_value());
    ASSERT_TRUE((*accounts)->first_run(state_ + "/initial-password").has_value());
    const std::string copy = state_ + "/copy";
    for (const char* part : {"", "-wal"}) {
      std::filesystem::copy_file(old_path() + part, copy + part);
    }
    accounts->reset();
    for (const char* part : {"", "-wal"}) std::filesystem::rename(copy + part, old_path() + part);
  }
  std::string old_path() const { return state_ + "/console.db"; }
  std::string path() const { return folder_ + "/console.db"; }
  std::size_t users() {
    auto accounts = Accounts::open(path(), clock_);
    return accounts ? (*accounts)->list().value_or(std::vector<User>()).size() : 0;
  }

  testing::TempDir dir_;
  const std::string state_ = dir_.path();
  const std::string folder_ = state_ + "/console";
  const SystemClock clock_{};
};

TEST_F(AccountsFolderTest, IsMadeForItsOwnerAlone) {
  ASSERT_TRUE(prepare_accounts_folder(state_, folder_).has_value());
  struct stat status {};
  ASSERT_EQ(stat(folder_.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0700U);
  EXPECT_TRUE(std::filesystem::is_empty(folder_));
  EXPECT_TRUE(prepare_accounts_folder(state_, folder_).has_value());
}

TEST_F(AccountsFolderTest, TakesOverWhatAnOlderVersionLeft) {
  make_older_accounts();
  EXPECT_TRUE(has_older_accounts(state_, folder_));
  ASSERT_TRUE(prepare_accounts_folder(state_, folder_).has_value());
  EXPECT_FALSE(has_older_accounts(state_, folder_));
  EXPECT_EQ(users(), 1U);
  EXPECT_TRUE(std::filesystem::exists(folder_ + "/initial-password"));
  for (const char* name : {"/console.db", "/console.db-wal", "/initial-password"}) {
    EXPECT_FALSE(std::filesystem::exists(state_ + name)) << name;
  }
}

TEST_F(AccountsFolderTest, GoesOnWhereItWasCutOff) {
  make_older_accounts();
  std::filesystem::create_directory(folder_);
  std::filesystem::rename(state_ + "/initial-password", folder_ + "/initial-password");
  ASSERT_TRUE(prepare_accounts_folder(state_, folder_).has_value());
  EXPECT_EQ(users(), 1U);
  EXPECT_TRUE(std::filesystem::exists(folder_ + "/initial-password"));
}

TEST_F(AccountsFolderTest, WhatIsThereWins) {
  ASSERT_TRUE(prepare_accounts_folder(state_, folder_).has_value());
  ASSERT_TRUE(Accounts::open(path(), clock_).has_value());
  make_older_accounts();
  ASSERT_TRUE(prepare_accounts_folder(state_, folder_).has_value());
  EXPECT_EQ(users(), 0U);
  EXPECT_TRUE(std::filesystem::exists(old_path()));
}

TEST_F(AccountsFolderTest, WaitsForWhoeverUsesTheOldOne) {
  make_older_accounts();
  auto other = sqlite::Database::open(old_path(), {});
  ASSERT_TRUE(other->execute("BEGIN IMMEDIATE").has_value());
  const auto done = prepare_accounts_folder(state_, folder_);
  ASSERT_FALSE(done.has_value());
  EXPECT_EQ(done.error().code, ErrorCode::kOverloaded);
  EXPECT_TRUE(std::filesystem::exists(old_path()));
  ASSERT_TRUE(other->execute("ROLLBACK").has_value());
  other = sqlite::Database::open(":memory:", {});
  EXPECT_TRUE(prepare_accounts_folder(state_, folder_).has_value());
  EXPECT_EQ(users(), 1U);
}

TEST_F(AccountsFolderTest, LeavesALinkAlone) {
  make_older_accounts();
  std::filesystem::rename(old_path(), state_ + "/elsewhere.db");
  std::filesystem::remove(old_path() + "-wal");
  std::filesystem::create_symlink("elsewhere.db", old_path());
  ASSERT_TRUE(prepare_accounts_folder(state_, folder_).has_value());
  EXPECT_FALSE(std::filesystem::exists(path()));
  EXPECT_TRUE(std::filesystem::exists(state_ + "/elsewhere.db"));
}

}  // namespace
}  // namespace penstock::console
