#include "store/columns/chunk_builder.h"

#include <span>

#include <gtest/gtest.h>

#include "base/bytes.h"
#include "base/text.h"
#include "store/contract/row_testing.h"

namespace penstock::store {
namespace {

constexpr crypto::HashKey kKey = {7};

using Pairs = std::vector<std::pair<std::string, std::string>>;

class ChunkBuilderTest : public ::testing::Test {
 protected:
  void add(std::string_view properties) {
    event::Row row = row_at(kToday, ++number_);
    row.record.properties = properties;
    ASSERT_TRUE(builder_.add(number_, row));
  }
  Columns::Kept kept(std::string_view key) {
    ChunkInfo chunk = builder_.write(0, blocks_, kKey).value();
    Columns columns(blocks_, {&chunk, 1}, kKey);
    std::vector<std::uint32_t> codes(chunk.rows);
    const auto word = columns.find(kKeyColumn, key).value();
    if (word.known == Columns::Word::Known::kAbsent) return Columns::Kept::kEmpty;
    return columns.codes(chunk, property_column(word.code), codes).value();
  }

  std::uint32_t number_ = 0;
  MemoryBlocks blocks_;
  Dictionaries words_{nullptr};
  ChunkBuilder builder_{words_};
};

TEST_F(ChunkBuilderTest, ReadsPropertiesAsFiltersMeanThem) {
  json::Reader reader;
  std::string text = R"({"a":"x\u00e4\n","n":1.0,"big":12345678901234567890,"t":true,"z":null,)"
                     R"("o":{"a":1},"l":[1],"e":""})";
  reserve_padding(text);
  Pairs seen;
  ASSERT_TRUE(visit_properties(reader, text, [&](std::string_view key, std::string_view value) {
    seen.emplace_back(key, value);
    return Result<void>();
  }));
  EXPECT_EQ(seen, (Pairs{{"a", "x\xc3\xa4\n"},
                         {"n", "1.0"},
                         {"big", "12345678901234567890"},
                         {"t", "true"},
                         {"z", "null"},
                         {"e", ""}}));
}

// Of many keys those that most rows have; a block without bytes says that the others are there.
TEST_F(ChunkBuilderTest, GivesColumnsToThePropertiesThatMostRowsHave) {
  for (std::uint32_t i = 0; i < 2 * kPropertiesAChunk; ++i) {
    add(str_cat(R"({"rare)", i, R"(":1,"often":1})"));
  }
  EXPECT_EQ(kept("often"), Columns::Kept::kCodes);
  std::uint32_t with_codes = 0;
  for (std::uint32_t i = 0; i < 2 * kPropertiesAChunk; ++i) {
    const auto found = kept(str_cat("rare", i));
    if (found == Columns::Kept::kCodes) ++with_codes;
    EXPECT_NE(found, Columns::Kept::kEmpty);
  }
  EXPECT_EQ(with_codes, kPropertiesAChunk - 1);
  EXPECT_EQ(kept("absent"), Columns::Kept::kEmpty);
}

TEST_F(ChunkBuilderTest, BoundsWhatOneRowAdds) {
  std::string properties = "{";
  for (std::uint32_t i = 0; i < 500; ++i) properties += str_cat("\"k", i, "\":1,");
  properties.back() = '}';
  add(properties);
  EXPECT_NE(kept("k0"), Columns::Kept::kEmpty);
  EXPECT_EQ(kept(str_cat("k", kPropertiesARow)), Columns::Kept::kInRows);
  EXPECT_EQ(kept("k499"), Columns::Kept::kInRows);
}

TEST_F(ChunkBuilderTest, ARowWhosePropertiesAreNoJsonCountsAllTheSame) {
  add(R"({"a":1,)");
  add("no JSON");
  add("");
  add(R"([1])");
  add(R"({"b":1})");
  EXPECT_EQ(builder_.rows(), 5U);
  EXPECT_EQ(kept("a"), Columns::Kept::kEmpty);
  EXPECT_EQ(kept("b"), Columns::Kept::kCodes);
}

// Whoever sends the same text again and again: it is read once.
TEST_F(ChunkBuilderTest, PropertiesLikeThoseBeforeAreTheRowsOwn) {
  const std::string_view texts[] = {R"({"a":1,"b":"x"})", R"({"a":1,"b":"x"})", R"({"a":2})",
                                    R"({"a":1,"b":"x"})", R"({"a":)",           R"({"a":)",
                                    R"({"a":1,"b":"x"})", R"({"a":1,"b":"x"})"};
  const std::string_view a[] = {"1", "1", "2", "1", "", "", "1", "1"};
  const std::string_view b[] = {"x", "x", "", "x", "", "", "x", "x"};
  for (int round = 0; round < 2; ++round) {
    for (const std::string_view text : texts) add(text);
    if (round == 0) builder_.clear();
  }
  ChunkInfo chunk = builder_.write(0, blocks_, kKey).value();
  Columns columns(blocks_, {&chunk, 1}, kKey);
  std::vector<std::uint32_t> codes(chunk.rows);
  for (const auto& [key, values] : {std::pair("a", std::span(a)), {"b", std::span(b)}}) {
    const ColumnNumber column = property_column(columns.find(kKeyColumn, key).value().code);
    ASSERT_EQ(columns.codes(chunk, column, codes).value(), Columns::Kept::kCodes);
    for (std::size_t i = 0; i < std::size(texts); ++i) {
      const std::uint32_t wanted =
          values[i].empty() ? kEmptyCode : columns.find(column, values[i]).value().code;
      EXPECT_EQ(codes[i], wanted) << key << " of row " << i;
    }
  }
}

// The same words, the same codes: what the check of a store rests on.
TEST_F(ChunkBuilderTest, IsBuiltAgainByteByByte) {
  const auto fill = [](ChunkBuilder& builder) {
    for (std::uint32_t i = 0; i < 50; ++i) {
      event::Row row = row_at(kToday + i * 997 % 50, i);
      const std::string path = str_cat("/", i % 7);
      const std::string properties = str_cat(R"({"p)", i % 3, R"(":)", i, "}");
      row.path = path;
      row.record.properties = properties;
      ASSERT_TRUE(builder.add(i, row));
    }
  };
  fill(builder_);
  ASSERT_TRUE(builder_.seal(0, blocks_, kKey));
  EXPECT_EQ(builder_.rows(), 0U);
  // With dictionaries that have met other words since.
  event::Row row = row_at(kToday, 1);
  row.path = "/another";
  ASSERT_TRUE(builder_.add(100, row));
  ASSERT_TRUE(builder_.seal(1, blocks_, kKey));

  Dictionaries loaded(&blocks_);
  ChunkBuilder again(loaded);
  fill(again);
  MemoryBlocks made;
  ASSERT_TRUE(again.seal(0, made, kKey));
  std::size_t compared = 0;
  made.visit([&](std::int64_t id, std::string_view bytes) {
    const BlockId block{static_cast<BlockKind>(id >> 56),
                        static_cast<ColumnNumber>(id >> 32 & 0xff'ffff),
                        static_cast<std::uint32_t>(id)};
    EXPECT_TRUE(
        blocks_.read(block, [&](std::string_view stored) { EXPECT_EQ(stored, bytes); }).value());
    ++compared;
  });
  EXPECT_GT(compared, 10U);
}

}  // namespace
}  // namespace penstock::store
