#include "enrich/referrer.h"

#include <gtest/gtest.h>

namespace penstock::enrich {
namespace {

TEST(Referrer, IsTheHostThatAVisitCameFrom) {
  TextArena arena;
  EXPECT_EQ(referrer_host("https://News.Example/a?b", "shop.test", arena), "news.example");
  EXPECT_EQ(referrer_host("https://www.search.example/", "shop.test", arena), "search.example");
  EXPECT_EQ(referrer_host("https://www.www.example/", "shop.test", arena), "www.example");
  EXPECT_EQ(referrer_host("android-app://com.example.mail", "shop.test", arena),
            "com.example.mail");
}

TEST(Referrer, IsEmptyForTheSiteItself) {
  TextArena arena;
  EXPECT_EQ(referrer_host("https://shop.test/a", "shop.test", arena), "");
  EXPECT_EQ(referrer_host("https://www.shop.test/a", "shop.test", arena), "");
  EXPECT_EQ(referrer_host("https://shop.test/a", "www.shop.test", arena), "");
  EXPECT_EQ(referrer_host("https://blog.shop.test/a", "shop.test", arena), "blog.shop.test");
}

TEST(Referrer, IsEmptyForNoneOrNonsense) {
  TextArena arena;
  EXPECT_EQ(referrer_host("", "shop.test", arena), "");
  EXPECT_EQ(referrer_host("", "", arena), "");
  EXPECT_EQ(referrer_host("not a url", "shop.test", arena), "");
}

}  // namespace
}  // namespace penstock::enrich
