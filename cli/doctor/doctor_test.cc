#include "cli/doctor/doctor.h"

#include <gtest/gtest.h>

#include "cli/shared/run_testing.h"
#include "support/temp_dir.h"

namespace penstock::cli {
namespace {

using testing::TempDir;

constexpr AddVerb kVerbs[] = {add_doctor};

const Diagnosis kDiagnosis = {
    {"disk", {Verdict::kOk, "9 GiB are free", "/x", ""}},
    {"clock", {Verdict::kWarn, "not in step", "", "set it"}},
};

TEST(Doctor, ShowsALineForEachFindingAndWhatToDo) {
  std::string out;
  append_diagnosis_text(kDiagnosis, out);
  EXPECT_EQ(out,
            "ok    disk           /x: 9 GiB are free\n"
            "warn  clock          not in step\n"
            "      → set it\n"
            "1 ok, 1 to look at, 0 wrong\n");
}

TEST(Doctor, TellsTheSameAsJson) {
  std::string out;
  append_diagnosis_json(kDiagnosis, out);
  EXPECT_EQ(out,
            R"({"verdict":"warn","checks":[)"
            R"({"check":"disk","verdict":"ok","what":"9 GiB are free","where":"/x","todo":""},)"
            R"({"check":"clock","verdict":"warn","what":"not in step","where":"","todo":"set it"})"
            "]}\n");
}

TEST(Doctor, IsAsBadAsItsWorstFinding) {
  EXPECT_EQ(worst_of({}), Verdict::kOk);
  EXPECT_EQ(worst_of(kDiagnosis), Verdict::kWarn);
}

TEST(Doctor, FailsWithoutAStateDirectory) {
  const TempDir dir;
  const Ran ran = run_tool(kVerbs, {"doctor", "--data", dir.path("none")});
  EXPECT_EQ(ran.code, 1);
  EXPECT_NE(ran.out.find("fail  rights"), std::string::npos) << ran.out;
}

TEST(Doctor, TellsFaultsOfTheConfigurationInItsOwnForm) {
  const Ran ran = run_tool(kVerbs, {"doctor", "--json", "--set", "spool.max_bytes=x"});
  EXPECT_EQ(ran.code, 2);
  EXPECT_EQ(ran.out.find(R"({"verdict":"fail","checks":[{"check":"configuration")"), 0u) << ran.out;
  EXPECT_EQ(run_tool(kVerbs, {"doctor", "--nonsense"}).code, 2);
}

}  // namespace
}  // namespace penstock::cli
