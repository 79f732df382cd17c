#include "http/entity_tag.h"

#include <gtest/gtest.h>

namespace penstock::http {
namespace {

TEST(EntityTag, IsFoundInAList) {
  for (const char* list : {R"("a")", R"(W/"a")", R"("b", "a")", R"("b",W/"a")", R"( ,, "a" ,)",
                           R"("b,c", "a", "d")", R"("b""a")"}) {
    EXPECT_TRUE(names_tag(list, R"("a")")) << list;
    EXPECT_TRUE(names_tag(list, R"(W/"a")")) << list;
  }
}

TEST(EntityTag, IsNotFoundInPartsOfOthers) {
  for (const char* list : {"", "*", "a", R"("b")", R"("ab")", R"("A")", R"(w/"a")", R"("b, "a")",
                           R"("b" x "a")", R"("a)", R"("b,"a"",)", "\"", "W/", ","}) {
    EXPECT_FALSE(names_tag(list, R"("a")")) << list;
  }
}

TEST(EntityTag, StarNamesAnyAndStandsAlone) {
  EXPECT_TRUE(names_any("*"));
  EXPECT_TRUE(names_any(" * "));
  for (const char* list : {"", "\"*\"", "*, \"a\"", "**"}) EXPECT_FALSE(names_any(list)) << list;
}

}  // namespace
}  // namespace penstock::http
