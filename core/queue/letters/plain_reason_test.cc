#include "queue/letters/plain_reason.h"

#include <gtest/gtest.h>

namespace penstock::queue {
namespace {

TEST(PlainReason, SaysInWordsWhatTheProgramsSayInTheirs) {
  EXPECT_EQ(plain_reason("open a batch: wrong checksum: damaged"), "Damaged batch of events");
  EXPECT_EQ(plain_reason("read a batch: cut short: damaged"), "Damaged batch of events");
  EXPECT_EQ(plain_reason("open a batch: unknown format version, at byte 3"),
            "Batch written by another version of Penstock");
  EXPECT_EQ(plain_reason("read a job: it is no JSON: damaged"), "Text that is not JSON");
  EXPECT_EQ(plain_reason("read JSON: a comma or the end is missing: rejected (native 9)"),
            "Text that is not JSON");
  EXPECT_EQ(plain_reason("read a job: it has no arguments"), "Job without arguments");
  EXPECT_EQ(plain_reason("the worker died 3 times with it"),
            "The worker died with it, again and again");
  EXPECT_EQ(plain_reason("the day file /var/lib/x cannot be used: disk I/O error"),
            "The file of the event's day cannot be used");
}

TEST(PlainReason, IsOneForAllThatDifferInNumbersAlone) {
  EXPECT_EQ(plain_reason("NoMethodError: undefined method `x' for #<User:0x000055e9ca6914e0>"),
            plain_reason("NoMethodError: undefined method `x' for #<User:0x00007f00aa0014e0>"));
  EXPECT_EQ(plain_reason("ActiveRecord::RecordNotFound: Couldn't find User with 'id'=17"),
            "ActiveRecord::RecordNotFound: Couldn't find User with 'id'=…");
  EXPECT_EQ(plain_reason("E: job deadbeef00 of face"), "E: job … of face");
}

TEST(PlainReason, IsOneShortLine) {
  EXPECT_EQ(plain_reason(""), "No reason was given");
  EXPECT_EQ(plain_reason(" \n x"), "No reason was given");
  EXPECT_EQ(plain_reason("a\nb"), "a");
  EXPECT_LE(plain_reason(std::string(100'000, 'x')).size(), 120U);
  EXPECT_EQ(plain_reason("é"), "é");
}

}  // namespace
}  // namespace penstock::queue
