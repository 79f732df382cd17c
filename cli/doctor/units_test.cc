#include "cli/doctor/units.h"

#include <gtest/gtest.h>

namespace penstock::cli {
namespace {

Finding judge(const UnitFacts& facts) {
  Findings findings;
  judge_unit(facts, findings);
  return findings.list().empty() ? Finding{Verdict::kOk, "nothing", "", ""}
                                 : findings.list().front();
}

TEST(DoctorUnits, AreReadFromWhatSystemctlShows) {
  const auto units = read_units(
      "Id=penstock-ingest.service\nLoadState=loaded\nActiveState=active\nUnitFileState=enabled\n"
      "WatchdogUSec=30s\nNRestarts=2\n\n"
      "WatchdogUSec=0\nId=penstock-worker.service\nLoadState=not-found\nActiveState=inactive\n");
  ASSERT_EQ(units.size(), 2u);
  EXPECT_EQ(units[0].name, "penstock-ingest.service");
  EXPECT_EQ(units[0].watchdog_us, "30s");
  EXPECT_EQ(units[0].restarts, "2");
  EXPECT_EQ(units[1].load, "not-found");
  EXPECT_TRUE(read_units("").empty());
}

TEST(DoctorUnits, AreWellWhereTheyRunAndAreWatched) {
  EXPECT_EQ(judge({"a", "loaded", "active", "enabled", "30s", "0"}).verdict, Verdict::kOk);
  EXPECT_EQ(judge({"a", "loaded", "active", "enabled", "0", "0"}).verdict, Verdict::kWarn);
  EXPECT_EQ(judge({"a", "loaded", "active", "enabled", "30s", "7"}).verdict, Verdict::kWarn);
}

TEST(DoctorUnits, FailWhereTheyShouldRunAndDoNot) {
  EXPECT_EQ(judge({"a", "loaded", "failed", "enabled", "0", "0"}).verdict, Verdict::kFail);
  EXPECT_EQ(judge({"a", "loaded", "activating", "enabled", "0", "9"}).verdict, Verdict::kFail);
  EXPECT_EQ(judge({"a", "loaded", "failed", "disabled", "0", "0"}).verdict, Verdict::kFail);
}

// A worker may run on another machine, and the package need not be installed.
TEST(DoctorUnits, MayBeOffOnPurpose) {
  EXPECT_EQ(judge({"a", "loaded", "inactive", "disabled", "0", "0"}).verdict, Verdict::kOk);
  EXPECT_EQ(judge({"a", "masked", "inactive", "", "0", "0"}).verdict, Verdict::kOk);
  EXPECT_EQ(judge({"a", "not-found", "inactive", "", "0", "0"}).what, "nothing");
}

}  // namespace
}  // namespace penstock::cli
