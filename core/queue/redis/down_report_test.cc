#include "queue/redis/down_report.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "base/log.h"

namespace penstock::queue {
namespace {

constexpr Error kRefused{ErrorCode::kDisconnected, 0, "connect", "refused"};
constexpr Error kSilent{ErrorCode::kDisconnected, 0, "connect", "silent"};
constexpr Error kExpired{ErrorCode::kConfiguration, 0, "connect", "expired"};
constexpr Error kUntrusted{ErrorCode::kConfiguration, 0, "connect", "untrusted"};

class DownReportTest : public ::testing::Test {
 protected:
  // The lines that the log got by it.
  std::ptrdiff_t lines_of(const Error& error) {
    ::testing::internal::CaptureStderr();
    report_.add_failure("redis://h", error);
    const std::string text = ::testing::internal::GetCapturedStderr();
    return std::count(text.begin(), text.end(), '\n');
  }
  DownReport report_;
};

TEST_F(DownReportTest, TellsOnceWhatPasses) {
  EXPECT_EQ(lines_of(kRefused), 1);
  EXPECT_EQ(lines_of(kRefused), 0);
  EXPECT_EQ(lines_of(kSilent), 0);
  report_.set_up("redis://h");
  EXPECT_EQ(lines_of(kRefused), 1);
}

TEST_F(DownReportTest, TellsEachThingThatAPersonHasToChange) {
  EXPECT_EQ(lines_of(kRefused), 1);
  EXPECT_EQ(lines_of(kExpired), 1);
  EXPECT_EQ(lines_of(kExpired), 0);
  EXPECT_EQ(lines_of(kRefused), 0);
  EXPECT_EQ(lines_of(kUntrusted), 1);
}

}  // namespace
}  // namespace penstock::queue
