#include "intake/gathering.h"

#include <gtest/gtest.h>

namespace penstock::intake {
namespace {

TEST(Gathering, LetsAnEventThatComesAloneLeaveAtOnce) {
  Gathering gathering;
  EXPECT_FALSE(gathering.wants_more(1, 0));
}

TEST(Gathering, LooksForMoreAsLongAsTurnsBringMore) {
  Gathering gathering;
  EXPECT_TRUE(gathering.wants_more(2, 0));
  EXPECT_TRUE(gathering.wants_more(3, 100));
  EXPECT_FALSE(gathering.wants_more(3, 200)) << "a turn brought none";
}

TEST(Gathering, EndsAfterAMillisecondWhateverComes) {
  Gathering gathering;
  EXPECT_TRUE(gathering.wants_more(2, 5'000));
  EXPECT_TRUE(gathering.wants_more(4, 5'999));
  EXPECT_FALSE(gathering.wants_more(6, 6'000));
}

TEST(Gathering, BeginsAnewOnceItEnded) {
  Gathering gathering;
  EXPECT_TRUE(gathering.wants_more(9, 0));
  gathering.end();
  EXPECT_FALSE(gathering.wants_more(1, 2'000));
  gathering.end();
  EXPECT_TRUE(gathering.wants_more(2, 4'000)) << "its own millisecond";
}

}  // namespace
}  // namespace penstock::intake
