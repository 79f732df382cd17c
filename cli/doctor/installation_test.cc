#include <gtest/gtest.h>

#include "app/process/run_file.h"
#include "cli/doctor/doctor_testing.h"

namespace penstock::cli {
namespace {

TEST(DoctorInstallation, TellsOfAProgramThatEndedWithoutAGoodbye) {
  const TempDir dir;
  const app::Config config = config_in(dir);
  EXPECT_EQ(look(check_installation, config).size(), 1u);

  app::RunFile left;
  left.pid = 2'000'000'000;  // No process has that id.
  ASSERT_TRUE(app::write_run_file(config.state_dir, app::kWorkerProgram, left));
  const auto found = look(check_installation, config);
  ASSERT_EQ(found.size(), 2u);
  EXPECT_EQ(found[1].verdict, Verdict::kWarn);
  EXPECT_NE(found[1].what.find("penstock-worker"), std::string::npos);
}

}  // namespace
}  // namespace penstock::cli
