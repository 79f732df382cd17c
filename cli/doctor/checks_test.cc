#include "cli/doctor/checks.h"

#include <set>
#include <string>

#include <gtest/gtest.h>

namespace penstock::cli {
namespace {

TEST(DoctorChecks, HaveNamesOfTheirOwn) {
  std::set<std::string> names;
  for (const Check& check : checks()) {
    EXPECT_TRUE(names.insert(check.name).second) << check.name;
    EXPECT_LT(std::string(check.name).size(), 15u) << "the screen's column";
  }
  EXPECT_GE(names.size(), 10u);
}

}  // namespace
}  // namespace penstock::cli
