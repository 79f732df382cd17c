#include "store/columns/text_search.h"

#include <gtest/gtest.h>

#include "store/contract/row_testing.h"

namespace penstock::store {
namespace {

bool finds(std::string text, const event::Row& row) {
  return any_text_holds({RowText{}, std::move(text), Comparison::kContains}, row);
}

TEST(TextSearch, SpellsATextAsJsonMayHaveIt) {
  using Texts = std::vector<std::string>;
  EXPECT_EQ(json_spellings("plain"), Texts{"plain"});
  EXPECT_EQ(json_spellings("a/b"), (Texts{"a/b", "a\\/b"}));
  EXPECT_EQ(json_spellings("say \"x\"\n\x01"),
            (Texts{"say \"x\"\n\x01", "say \\\"x\\\"\\n\\u0001"}));
  EXPECT_EQ(json_spellings("ü€😀"), (Texts{"ü€😀", "\\u00fc\\u20ac\\ud83d\\ude00"}));
  EXPECT_EQ(json_spellings("ü/").size(), 4U);
  EXPECT_EQ(json_spellings("\xff"), Texts{"\xff"});
}

TEST(TextSearch, LooksAtEveryText) {
  event::Row row = row_at(kToday, 1);
  row.record.url = "https://shop.example/cart?voucher=Spring";
  row.record.user_id = "ada@example.org";
  row.record.session_id = "s-77";
  row.utm_medium = "newsletter";
  row.record.properties = R"({"order":{"city":"M\u00dcNchen","note":"a\/b \"c\""}})";
  for (const char* text : {"SPRING", "ada@", "s-77", "newsletter", "order", "Mozilla", "203.0.113",
                           "a/b", "\"c\"", "firefox"}) {
    EXPECT_TRUE(finds(text, row)) << text;
  }
  EXPECT_TRUE(finds("MÜNCHEN", row)) << "letters of ASCII are equal in both cases";
  for (const char* text : {"nobody", "münster", "{\"order\":1"})
    EXPECT_FALSE(finds(text, row)) << text;
  EXPECT_TRUE(finds("", row));
}

}  // namespace
}  // namespace penstock::store
