#include <fstream>

#include <gtest/gtest.h>

#include "cli/doctor/doctor_testing.h"

namespace penstock::cli {
namespace {

TEST(DoctorConfiguration, IsValidOrSaysWhereNot) {
  const TempDir dir;
  const std::string file = dir.path("penstock.toml");
  std::ofstream(file) << "[console]\nlisten = \"127.0.0.1:8080\"\n";
  app::ConfigSources sources;
  sources.file = file;
  const app::Config config = app::load_config(sources).config;
  const auto clash = look(check_configuration, config, sources);
  ASSERT_FALSE(clash.empty());
  EXPECT_EQ(clash[0].verdict, Verdict::kFail);

  std::ofstream(file) << "[ingest]\nack = \"none\"\n";
  const auto hardly_meant = look(check_configuration, app::load_config(sources).config, sources);
  ASSERT_EQ(hardly_meant.size(), 1u);
  EXPECT_EQ(hardly_meant[0].verdict, Verdict::kWarn);

  std::ofstream(file) << "";
  const auto well = look(check_configuration, app::load_config(sources).config, sources);
  ASSERT_EQ(well.size(), 1u);
  EXPECT_EQ(well[0].verdict, Verdict::kOk);
  EXPECT_EQ(well[0].where, file);
}

}  // namespace
}  // namespace penstock::cli
