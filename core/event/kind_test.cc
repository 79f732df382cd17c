#include "event/kind.h"

#include <gtest/gtest.h>

#include "event/limits.h"

namespace penstock::event {
namespace {

TEST(Kind, KnowsItsWordsOnly) {
  for (const std::string_view kind : kKinds) {
    EXPECT_TRUE(is_kind(kind));
    EXPECT_LE(kind.size(), kKindBytesMax);
  }
  for (const char* other : {"", "Event", "pageview", "errors"}) EXPECT_FALSE(is_kind(other));
}

TEST(Kind, IsAPageWhereTheNameSaysSo) {
  EXPECT_EQ(default_kind("pageview"), "page");
  EXPECT_EQ(default_kind("signup"), "event");
  EXPECT_EQ(default_kind(""), "event");
}

}  // namespace
}  // namespace penstock::event
