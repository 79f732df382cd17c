#include <gtest/gtest.h>

#include "cli/doctor/doctor_testing.h"

namespace penstock::cli {
namespace {

TEST(DoctorVersions, AreOneWhereNothingRuns) {
  const TempDir dir;
  const auto found = look(check_versions, config_in(dir));
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].verdict, Verdict::kOk);
}

}  // namespace
}  // namespace penstock::cli
