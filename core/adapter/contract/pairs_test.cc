#include "adapter/contract/pairs.h"

#include <gtest/gtest.h>

namespace penstock::adapter {
namespace {

TEST(Pairs, AreDecodedRepairedAndStay) {
  Pairs pairs;
  pairs.start(64);
  pairs.add("a=1+2&b=%F0%9F%9A%80&a=%ff");
  const std::string_view first = pairs.all()[0].value;
  pairs.add("c&=d");
  ASSERT_EQ(pairs.all().size(), 5u);
  EXPECT_EQ(first, "1 2");
  EXPECT_EQ(pairs.all()[1].value, "\xF0\x9F\x9A\x80");
  EXPECT_EQ(pairs.all()[2].value, "\xEF\xBF\xBD");
  EXPECT_EQ(pairs.value("a"), "1 2");
  EXPECT_EQ(pairs.value("c"), "");
  EXPECT_EQ(pairs.value("none"), "");
  EXPECT_EQ(pairs.keep("x\xff"), "x\xEF\xBF\xBD");
  pairs.start(1);
  EXPECT_TRUE(pairs.all().empty());
}

}  // namespace
}  // namespace penstock::adapter
