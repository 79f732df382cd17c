#include "cli/doctor/limits.h"

#include <gtest/gtest.h>

namespace penstock::cli {
namespace {

Verdict judge(std::uint64_t files, std::uint64_t connections) {
  Findings findings;
  judge_open_files(files, connections, "process 1", findings);
  return findings.list().at(0).verdict;
}

TEST(DoctorLimits, WantsAFileForEachConnectionAndSomeMore) {
  EXPECT_EQ(judge(1'048'576, 65'536), Verdict::kOk);
  EXPECT_EQ(judge(65'536, 65'536), Verdict::kWarn);
  EXPECT_EQ(judge(1'024, 65'536), Verdict::kWarn);
}

}  // namespace
}  // namespace penstock::cli
