#include "cli/doctor/clock.h"

#include <gtest/gtest.h>

#include "base/text.h"

namespace penstock::cli {
namespace {

constexpr std::int64_t kNow = 1'763'942'400'000;
constexpr std::int64_t kHourMs = 3'600'000;

std::vector<Finding> judge(const ClockFacts& facts) {
  Findings findings;
  judge_clock(facts, findings);
  return findings.list();
}

TEST(DoctorClock, IsContentWithAClockThatIsKeptInStep) {
  const auto found = judge({true, kNow, kNow - kHourMs, true});
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].verdict, Verdict::kOk);
  EXPECT_EQ(judge({true, kNow, std::nullopt, true})[0].verdict, Verdict::kOk);
}

TEST(DoctorClock, WarnsOfAClockThatNobodyKeeps) {
  EXPECT_EQ(judge({false, kNow, kNow, false})[0].verdict, Verdict::kWarn);
  EXPECT_EQ(judge({std::nullopt, kNow, kNow, false})[0].verdict, Verdict::kWarn);
}

TEST(DoctorClock, FindsAClockThatIsBehindWhatIsStored) {
  const auto found = judge({true, kNow, kNow + kHourMs, false});
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].verdict, Verdict::kFail);
  EXPECT_NE(found[0].what.find("behind"), std::string::npos);
}

TEST(DoctorClock, WarnsOfOneThatIsFarAhead) {
  const auto found = judge({true, kNow, kNow - 400 * kDayMs, true});
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].verdict, Verdict::kWarn);
  EXPECT_NE(found[0].what.find("not removed"), std::string::npos);
}

}  // namespace
}  // namespace penstock::cli
