#include "json/cursor.h"

#include <gtest/gtest.h>

#include "json/structure.h"

namespace penstock::json {
namespace {

class CursorTest : public ::testing::Test {
 protected:
  void start(std::string_view text) { cursor_.start(text, *structure_.index(text)); }

  Structure structure_;
  Cursor cursor_;
};

TEST_F(CursorTest, StopsBeforeAContainerAndBehindAScalar) {
  start("[1]");
  Value array;
  ASSERT_TRUE(cursor_.enter(array));
  EXPECT_EQ(cursor_.peek(), '[');

  ASSERT_TRUE(cursor_.descend());
  Value number;
  ASSERT_TRUE(cursor_.enter(number));
  EXPECT_EQ(number.kind(), Kind::kNumber);
  EXPECT_EQ(cursor_.peek(), ']');
  EXPECT_TRUE(cursor_.ascend());
  EXPECT_TRUE(cursor_.end());
}

TEST_F(CursorTest, KeepsTheFirstFault) {
  start("[1,,2]");
  EXPECT_FALSE(cursor_.pass_container(10, nullptr));
  EXPECT_EQ(cursor_.fault_offset(), 3u);

  EXPECT_FALSE(cursor_.state());
  EXPECT_FALSE(cursor_.refuse("a later one"));
  EXPECT_EQ(cursor_.state().error().native, 3);
  EXPECT_EQ(cursor_.fault_offset(), 3u);
}

TEST_F(CursorTest, StartsAfreshWithTheNextDocument) {
  start("[1,,2]");
  EXPECT_FALSE(cursor_.pass_container(10, nullptr));

  start("[{}]");
  std::string out;
  EXPECT_TRUE(cursor_.pass_container(10, &out));
  EXPECT_EQ(out, "[{}]");
}

}  // namespace
}  // namespace penstock::json
