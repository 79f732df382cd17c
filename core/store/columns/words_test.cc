#include "store/columns/words.h"

#include <numeric>

#include <gtest/gtest.h>

#include "base/text.h"
#include "store/columns/columns.h"
#include "store/rollup/rollup_sink.h"

namespace penstock::store {
namespace {

constexpr ColumnNumber kColumn = column_number(Dimension::kPath);
constexpr crypto::HashKey kKey = {1, 2, 3};

class WordsTest : public ::testing::Test {
 protected:
  Words load() { return Words::load(blocks_, kColumn).value(); }

  MemoryBlocks blocks_;
  Words words_{kColumn};
};

TEST_F(WordsTest, GivesCodesInTheOrderOfComing) {
  EXPECT_EQ(words_.code_of(""), kEmptyCode);
  EXPECT_EQ(words_.code_of("b"), kFirstCode);
  EXPECT_EQ(words_.code_of("a"), kFirstCode + 1);
  EXPECT_EQ(words_.code_of("b"), kFirstCode);
  EXPECT_EQ(words_.text(kFirstCode + 1), "a");
  EXPECT_EQ(words_.text(kEmptyCode), "");
  EXPECT_EQ(words_.code_of(kOtherValue), kOtherCode);
}

TEST_F(WordsTest, AreWrittenAndReadInBlocks) {
  std::uint32_t written = 0;
  for (const std::uint32_t count : {1U, 62U, 64U, 5'000U, 0U, 4'096U}) {
    for (std::uint32_t i = 0; i < count; ++i) words_.code_of(str_cat("word ", written++));
    ASSERT_TRUE(words_.flush(blocks_, kKey));
    const Words loaded = load();
    ASSERT_EQ(loaded.size(), words_.size());
    for (std::uint32_t code = 0; code < loaded.size(); ++code) {
      ASSERT_EQ(loaded.text(code), words_.text(code));
    }
    Columns columns(blocks_, {}, kKey);
    std::uint32_t hashes = 0;
    ASSERT_TRUE(
        columns.hashes(kColumn, [&](std::uint32_t first_code, std::span<const std::uint64_t> some) {
          EXPECT_EQ(first_code, hashes);
          for (const std::uint64_t hash : some) {
            ASSERT_EQ(hash, columns.hash_of(words_.text(hashes++)));
          }
        }));
    EXPECT_EQ(hashes, words_.size());
  }
}

TEST_F(WordsTest, GoOnWhereTheyWereRead) {
  for (std::uint32_t i = 0; i < 100; ++i) words_.code_of(str_cat("word ", i));
  ASSERT_TRUE(words_.flush(blocks_, kKey));
  Words loaded = load();
  EXPECT_EQ(loaded.code_of("word 99"), kFirstCode + 99);
  EXPECT_EQ(loaded.code_of("new"), kFirstCode + 100);
  ASSERT_TRUE(loaded.flush(blocks_, kKey));
  EXPECT_EQ(load().text(kFirstCode + 100), "new");
}

TEST_F(WordsTest, AreFoundByTheirText) {
  words_.code_of("one");
  words_.code_of("two");
  ASSERT_TRUE(words_.flush(blocks_, kKey));
  Columns columns(blocks_, {}, kKey);
  const auto find = [&](std::string_view text) { return columns.find(kColumn, text).value(); };
  EXPECT_EQ(find("two").known, Columns::Word::Known::kCode);
  EXPECT_EQ(find("two").code, kFirstCode + 1);
  EXPECT_EQ(find("").code, kEmptyCode);
  EXPECT_EQ(find(kOtherValue).code, kOtherCode);
  EXPECT_EQ(find("three").known, Columns::Word::Known::kAbsent);
  EXPECT_EQ(columns.text(kColumn, kFirstCode).value(), "one");
  EXPECT_FALSE(columns.text(kColumn, kFirstCode + 2));
}

// Whatever the hashes say: here all words have the same.
TEST_F(WordsTest, AreToldApartByTheirTexts) {
  words_.code_of("one");
  words_.code_of("two");
  ASSERT_TRUE(words_.flush(blocks_, kKey));
  Columns columns(blocks_, {}, kKey);
  std::string same;
  for (int i = 0; i < 4; ++i) {
    const std::uint64_t hash = columns.hash_of("two");
    same.append(reinterpret_cast<const char*>(&hash), sizeof hash);
  }
  ASSERT_TRUE(blocks_.put({BlockKind::kHashes, kColumn, 0}, same));
  EXPECT_EQ(columns.find(kColumn, "two")->code, kFirstCode + 1);
}

TEST_F(WordsTest, HaveABound) {
  constexpr ColumnNumber kKeys = kKeyColumn;
  Words keys(kKeys);
  for (std::uint32_t i = 0; i < words_max(kKeys) + 10; ++i) keys.code_of(str_cat(i));
  EXPECT_EQ(keys.size(), words_max(kKeys));
  EXPECT_EQ(keys.code_of("one more"), kOtherCode);
  EXPECT_EQ(keys.code_of("7"), kFirstCode + 7);
  ASSERT_TRUE(keys.flush(blocks_, kKey));
  Columns columns(blocks_, {}, kKey);
  EXPECT_EQ(columns.find(kKeys, "one more")->known, Columns::Word::Known::kMaybeOther);
  EXPECT_EQ(columns.find(kKeys, "7")->code, kFirstCode + 7);
}

TEST_F(WordsTest, RefuseBlocksThatNoWriterWrote) {
  for (std::uint32_t i = 0; i < 100; ++i) words_.code_of(str_cat("word ", i));
  ASSERT_TRUE(words_.flush(blocks_, kKey));
  ASSERT_TRUE(blocks_.put({BlockKind::kTexts, kColumn, 0}, "\5"));
  EXPECT_FALSE(Words::load(blocks_, kColumn));
  ASSERT_TRUE(blocks_.put({BlockKind::kTexts, kColumn, 0}, ""));
  EXPECT_FALSE(Words::load(blocks_, kColumn));
  ASSERT_TRUE(blocks_.put({BlockKind::kHashes, kColumn, 0}, "1234567"));
  EXPECT_FALSE(Columns(blocks_, {}, kKey).find(kColumn, "word 1"));
}

}  // namespace
}  // namespace penstock::store
