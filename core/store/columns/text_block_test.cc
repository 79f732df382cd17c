#include "store/columns/text_block.h"

#include <vector>

#include <gtest/gtest.h>
#include <zstd.h>

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

Texts paths(int count) {
  Texts texts;
  for (int i = 0; i < count; ++i) texts.push_back("/products/category-7/item-" + std::to_string(i));
  return texts;
}

std::string block_of(const Texts& texts) {
  std::string bytes;
  for (const std::string& text : texts) append_text(text, bytes);
  return bytes;
}

TEST(TextBlockTest, PacksWhatRepeatsItself) {
  const Texts texts = paths(64);
  std::string bytes = block_of(texts);
  const std::size_t plain = bytes.size();
  pack_texts(bytes);
  EXPECT_LT(bytes.size() * 3, plain);
  EXPECT_EQ(texts_of(bytes).value(), texts);
}

TEST(TextBlockTest, LeavesWhatIsShortOrDoesNotRepeatItself) {
  for (const Texts& texts : {Texts{}, Texts{""}, Texts{"a"}, Texts{"0b9kQ", "z-_r1", "TtY.7"}}) {
    std::string bytes = block_of(texts);
    const std::string plain = bytes;
    pack_texts(bytes);
    EXPECT_EQ(bytes, plain);
    EXPECT_EQ(texts_of(bytes).value(), texts);
  }
  std::string large = block_of(Texts(3, std::string(kTextBytesMax, 'x')));
  const std::string plain = large;
  pack_texts(large);
  EXPECT_TRUE(large == plain);
}

TEST(TextBlockTest, TellsTheLongestTextFromAFrame) {
  const Texts texts = {std::string(kTextBytesMax, '\x2f')};
  EXPECT_EQ(texts_of(block_of(texts)).value(), texts);
}

TEST(TextBlockTest, RefusesABrokenFrame) {
  std::string bytes = block_of(paths(64));
  pack_texts(bytes);
  for (std::size_t size = 1; size < bytes.size(); ++size) {
    EXPECT_FALSE(texts_of(bytes.substr(0, size))) << size;
  }
  EXPECT_FALSE(texts_of(bytes + 'x'));
  std::string larger = bytes;
  larger[5] = '\x7f';  // What the frame says of its content's size.
  EXPECT_FALSE(texts_of(larger));
}

TEST(TextBlockTest, RefusesAFrameThatUnpacksToMoreThanABlock) {
  const std::string plain(kUnpackedTextsBytesMax + 2, '\0');
  std::string bytes(1'000, '\0');
  const std::size_t size = ZSTD_compress(bytes.data(), bytes.size(), plain.data(), plain.size(), 1);
  ASSERT_FALSE(ZSTD_isError(size));
  bytes.resize(size);
  EXPECT_FALSE(texts_of(bytes));
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
