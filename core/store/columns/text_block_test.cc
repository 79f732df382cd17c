#include "store/columns/text_block.h"

#include <vector>

#include <gtest/gtest.h>

namespace penstock::store {
namespace {

using Texts = std::vector<std::string>;

Result<Texts> texts_of(std::string_view bytes) {
  Texts texts;
  PENSTOCK_TRY(visit_texts(bytes, [&](std::string_view text) { texts.emplace_back(text); }));
  return texts;
}

TEST(TextBlockTest, GivesBackWhatWentIn) {
  const Texts texts = {"", "a", std::string("\0\xff", 2), std::string(300, 'x'), ""};
  std::string bytes;
  for (const std::string& text : texts) append_text(text, bytes);
  EXPECT_EQ(texts_of(bytes).value(), texts);
  EXPECT_TRUE(texts_of("").value().empty());
}

TEST(TextBlockTest, RefusesACutText) {
  std::string bytes;
  append_text("first", bytes);
  const std::size_t first = bytes.size();
  append_text("second", bytes);
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_EQ(texts_of(bytes.substr(0, size)).has_value(), size == 0 || size == first) << size;
  }
}

}  // namespace
}  // namespace penstock::store
