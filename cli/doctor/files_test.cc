#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

#include "cli/doctor/doctor_testing.h"
#include "sqlite/sqlite.h"

namespace penstock::cli {
namespace {

class DoctorFiles : public ::testing::Test {
 protected:
  void make(const std::string& name, int version) const {
    std::filesystem::create_directories(std::filesystem::path(dir_.path(name)).parent_path());
    auto database = sqlite::Database::open(dir_.path(name), {});
    const std::string sql = "CREATE TABLE t(a); PRAGMA user_version = " + std::to_string(version);
    ASSERT_TRUE(database && database->execute(sql.c_str()));
  }
  std::vector<Finding> found() const { return look(check_files, config_in(dir_)); }

  TempDir dir_;
};

TEST_F(DoctorFiles, AreWellWhereThereAreNone) {
  ASSERT_EQ(found().size(), 1u);
  EXPECT_EQ(found()[0].verdict, Verdict::kOk);
}

TEST_F(DoctorFiles, ThatAreOlderAreCountedAndWell) {
  make("events/2026-11-24.db", 1);
  make("events/2026-11-25.db", 1);
  make("events/2026-11-26.db", 4);
  ASSERT_EQ(found().size(), 1u);
  EXPECT_EQ(found()[0].verdict, Verdict::kOk);
  EXPECT_EQ(found()[0].where, dir_.path("events/2026-11-24.db"));
  EXPECT_TRUE(found()[0].what.starts_with("2 files are older, of version 1; this program's is 4"))
      << found()[0].what;
}

TEST_F(DoctorFiles, ThatAreNewerFailOfEveryKind) {
  for (const char* name : {"events/2026-11-24.db", "events/recent.db", "spool/cursor.db",
                           "spool/dead.db", "console/console.db"}) {
    make(name, 99);
    const auto list = found();
    ASSERT_EQ(list.size(), 1u) << name;
    EXPECT_EQ(list[0].verdict, Verdict::kFail) << name;
    EXPECT_EQ(list[0].where, dir_.path(name));
    EXPECT_NE(list[0].what.find("1 file is newer, of version 99"), std::string::npos);
    EXPECT_NE(list[0].todo.find("install that version again"), std::string::npos);
    std::filesystem::remove_all(std::filesystem::path(dir_.path(name)).parent_path());
  }
}

TEST_F(DoctorFiles, KeysThatAreNewerFail) {
  std::ofstream(dir_.path("keys.json")) << R"({"version": 7})";
  ASSERT_EQ(found().size(), 1u);
  EXPECT_EQ(found()[0].verdict, Verdict::kFail);
  EXPECT_EQ(found()[0].where, dir_.path("keys.json"));
}

TEST_F(DoctorFiles, KeysOfTheConsoleThatAreNewerFail) {
  std::filesystem::create_directory(dir_.path("keys"));
  std::ofstream(dir_.path("keys/console.json")) << R"({"version": 7})";
  ASSERT_EQ(found().size(), 1u);
  EXPECT_EQ(found()[0].verdict, Verdict::kFail);
  EXPECT_EQ(found()[0].where, dir_.path("keys/console.json"));
}

TEST_F(DoctorFiles, ThatCannotBeReadAreAWarning) {
  std::filesystem::create_directories(dir_.path("console/console.db"));
  ASSERT_EQ(found().size(), 1u);
  EXPECT_EQ(found()[0].verdict, Verdict::kWarn);
}

}  // namespace
}  // namespace penstock::cli
