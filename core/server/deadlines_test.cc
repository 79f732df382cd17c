#include "server/deadlines.h"

#include <gtest/gtest.h>

namespace penstock::server {
namespace {

TEST(Deadlines, KeepTheOrderInWhichWaitsBegan) {
  Deadlines deadlines;
  DeadlineLink first;
  DeadlineLink second;
  deadlines.set(first, Wait::kBody, 1);
  deadlines.set(second, Wait::kBody, 2);

  EXPECT_EQ(deadlines.oldest(Wait::kBody), &first);
  deadlines.clear(first);
  EXPECT_EQ(deadlines.oldest(Wait::kBody), &second);
  deadlines.clear(second);
  EXPECT_EQ(deadlines.oldest(Wait::kBody), nullptr);
}

// A client that sends one byte now and then must not buy itself time with each.
TEST(Deadlines, LetTheTimeOfAWaitRunOnWhenItIsSetAgain) {
  Deadlines deadlines;
  DeadlineLink link;
  deadlines.set(link, Wait::kHeaders, 1);
  deadlines.set(link, Wait::kHeaders, 9);
  EXPECT_EQ(link.since_us, 1);

  deadlines.set(link, Wait::kBody, 10);
  EXPECT_EQ(link.since_us, 10);
  EXPECT_EQ(deadlines.oldest(Wait::kHeaders), nullptr);
  EXPECT_EQ(deadlines.oldest(Wait::kBody), &link);
  deadlines.clear(link);
}

TEST(Deadlines, TakeALinkOutOfTheMiddle) {
  Deadlines deadlines;
  DeadlineLink links[3];
  for (DeadlineLink& link : links) deadlines.set(link, Wait::kRequest, 1);

  deadlines.set(links[1], Wait::kNothing, 2);
  deadlines.clear(links[0]);

  EXPECT_EQ(deadlines.oldest(Wait::kRequest), &links[2]);
  deadlines.clear(links[2]);
}

TEST(Deadlines, LeadThroughAWaitFromTheOldestOn) {
  Deadlines deadlines;
  DeadlineLink links[2];
  for (DeadlineLink& link : links) deadlines.set(link, Wait::kSent, 1);

  EXPECT_EQ(deadlines.next(links[0]), &links[1]);
  EXPECT_EQ(deadlines.next(links[1]), nullptr);
  for (DeadlineLink& link : links) deadlines.clear(link);
}

}  // namespace
}  // namespace penstock::server
