#include "base/error.h"

#include <cerrno>

#include <gtest/gtest.h>

namespace penstock {
namespace {

Result<int> half_of(int number) {
  if (number % 2 != 0) return fail(ErrorCode::kRejected, number, "halve");
  return number / 2;
}

Result<int> quarter_of(int number) {
  PENSTOCK_TRY(half_of(number));
  return half_of(number / 2);
}

TEST(Error, SaysInWordsWhatWasDoneAndWhyItFailed) {
  EXPECT_EQ(to_text(Error{ErrorCode::kExhausted, ENOSPC, "write the segment"}),
            "write the segment: No space left on device");
  EXPECT_EQ(to_text(Error{ErrorCode::kDisconnected, -ECONNREFUSED, "connect"}),
            "connect: Connection refused");
  EXPECT_EQ(to_text(Error{ErrorCode::kCorrupt, 26, "open the store", "file is not a database"}),
            "open the store: file is not a database");
  EXPECT_EQ(to_text(Error{ErrorCode::kDisconnected, 0, "read"}), "read: no connection");
  EXPECT_EQ(to_text(Error{ErrorCode::kDisconnected, -3'008, "read"}), "read: no connection");
  EXPECT_EQ(to_text(Error{ErrorCode::kRejected, 7, "a comma is missing"}),
            "a comma is missing, at byte 7");
  EXPECT_EQ(to_text(Error{ErrorCode::kConfiguration, 0, "the hash is too short"}),
            "the hash is too short");
}

TEST(Error, TryReturnsTheErrorThatItMet) {
  EXPECT_EQ(*quarter_of(8), 2);
  EXPECT_EQ(quarter_of(7).error().native, 7);
  EXPECT_EQ(quarter_of(6).error().native, 3);
}

}  // namespace
}  // namespace penstock
