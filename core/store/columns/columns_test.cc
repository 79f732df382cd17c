#include "store/columns/columns.h"

#include <cstring>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "base/text.h"
#include "store/columns/chunk_builder.h"
#include "store/contract/row_testing.h"
#include "store/rollup/rollup_sink.h"
#include "store/rollup/visitor.h"

namespace penstock::store {
namespace {

constexpr crypto::HashKey kKey = {7};

class ColumnsOfRowsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    for (std::uint32_t i = 0; i < 3; ++i) {
      rows_.push_back(row_at(kToday + i * kMinute, i));
      rows_.back().is_bot = i == 1;
      rows_.back().path = i == 2 ? "/two" : "";
      rows_.back().record.properties = i == 0 ? R"({"plan":"pro","n":12.50,"deep":{}})" : "{}";
      ASSERT_TRUE(builder_.add(100 + i * i, rows_.back()));
    }
    chunk_ = builder_.seal(0, blocks_, kKey).value();
  }

  std::vector<std::string> texts(ColumnNumber column) {
    std::vector<std::uint32_t> codes(chunk_.rows);
    std::vector<std::string> found;
    EXPECT_EQ(columns_.codes(chunk_, column, codes).value(), Columns::Kept::kCodes);
    for (const std::uint32_t code : codes) found.push_back(columns_.text(column, code).value());
    return found;
  }
  ColumnNumber property(std::string_view key) {
    return property_column(columns_.find(kKeyColumn, key)->code);
  }

  MemoryBlocks blocks_;
  Dictionaries words_{nullptr};
  ChunkBuilder builder_{words_};
  std::vector<event::Row> rows_;
  ChunkInfo chunk_{};
  Columns columns_{blocks_, {&chunk_, 1}, kKey};
};

TEST_F(ColumnsOfRowsTest, SayWhatTheRowsSay) {
  EXPECT_EQ(chunk_.rows, 3U);
  EXPECT_EQ(chunk_.first_row, 100);
  EXPECT_EQ(chunk_.last_row, 104);
  EXPECT_EQ(chunk_.first_at_ms, kToday);
  EXPECT_EQ(chunk_.last_at_ms, kToday + 2 * kMinute);
  std::vector<std::int64_t> numbers(3);
  ASSERT_TRUE(columns_.rows(chunk_, numbers));
  EXPECT_EQ(numbers, (std::vector<std::int64_t>{100, 101, 104}));
  ASSERT_TRUE(columns_.times(chunk_, numbers));
  EXPECT_EQ(numbers[1], kToday + kMinute);
  std::vector<std::uint32_t> upper(3);
  std::vector<std::uint32_t> lower(3);
  ASSERT_TRUE(columns_.visitors(chunk_, upper, lower));
  EXPECT_EQ(std::uint64_t{upper[2]} << 32 | lower[2], visitor_hash(rows_[2].record));
  const std::vector<std::uint32_t> seen = upper;
  ASSERT_TRUE(columns_.visitors(chunk_, upper, {}));
  EXPECT_EQ(upper, seen);
  EXPECT_EQ(texts(kProjectColumn), (std::vector<std::string>{"default", "default", "default"}));
  EXPECT_EQ(texts(column_number(Dimension::kPath)), (std::vector<std::string>{"", "", "/two"}));
  std::vector<std::uint32_t> bots(3);
  EXPECT_EQ(columns_.codes(chunk_, kBotColumn, bots).value(), Columns::Kept::kCodes);
  EXPECT_EQ(bots, (std::vector<std::uint32_t>{0, 1, 0}));
}

TEST_F(ColumnsOfRowsTest, HavePropertiesButNoNestedOnes) {
  EXPECT_EQ(texts(property("plan")), (std::vector<std::string>{"pro", "", ""}));
  EXPECT_EQ(texts(property("n")), (std::vector<std::string>{"12.50", "", ""}));
  EXPECT_EQ(columns_.find(kKeyColumn, "deep")->known, Columns::Word::Known::kAbsent);
}

TEST_F(ColumnsOfRowsTest, SaveWhatIsEmpty) {
  std::vector<std::uint32_t> codes(3);
  EXPECT_EQ(columns_.codes(chunk_, column_number(Dimension::kCountry), codes).value(),
            Columns::Kept::kEmpty);
}

TEST_F(ColumnsOfRowsTest, RefuseBlocksThatNoWriterWrote) {
  std::vector<std::int64_t> numbers(3);
  std::vector<std::uint32_t> codes(3);
  for (const ColumnNumber column : {kTimeColumn, kRowColumn, kProjectColumn}) {
    ASSERT_TRUE(blocks_.put({BlockKind::kValues, column, 0}, "nonsense"));
  }
  EXPECT_FALSE(columns_.times(chunk_, numbers));
  EXPECT_FALSE(columns_.rows(chunk_, numbers));
  EXPECT_FALSE(columns_.codes(chunk_, kProjectColumn, codes));
  ChunkInfo other = chunk_;
  other.number = 1;
  EXPECT_FALSE(columns_.times(other, numbers));
}

// Counts the blocks of dictionaries that are read.
class CountedBlocks final : public BlockSource {
 public:
  explicit CountedBlocks(BlockSource& blocks) : blocks_(blocks) {}

  Result<bool> read(const BlockId& id, FunctionRef<void(std::string_view)> use) override {
    hashes_read += id.kind == BlockKind::kHashes ? 1 : 0;
    texts_read += id.kind == BlockKind::kTexts ? 1 : 0;
    return blocks_.read(id, use);
  }

  int hashes_read = 0;
  int texts_read = 0;

 private:
  BlockSource& blocks_;
};

class WordsOfThreeBlocksTest : public ::testing::Test {
 protected:
  static constexpr ColumnNumber kColumn = column_number(Dimension::kPath);
  static constexpr std::uint32_t kWords = 2 * kHashesABlock + 1'000;

  WordsOfThreeBlocksTest() {
    while (words_.size() < kWords) words_.code_of(str_cat("/", words_.size()));
    EXPECT_TRUE(words_.flush(memory_, kKey));
  }

  MemoryBlocks memory_;
  Words words_{kColumn};
  CountedBlocks blocks_{memory_};
  Columns columns_{blocks_, {}, kKey};
};

TEST_F(WordsOfThreeBlocksTest, AreReadAsFarAsTheWordStands) {
  int read = 0;
  for (const std::uint32_t code : {10U, kHashesABlock + 10, kWords - 1}) {
    const auto found = columns_.find(kColumn, str_cat("/", code));
    ASSERT_TRUE(found.has_value());
    EXPECT_EQ(found->known, Columns::Word::Known::kCode);
    EXPECT_EQ(found->code, code);
    EXPECT_EQ(std::exchange(blocks_.hashes_read, 0), ++read);
  }
  EXPECT_EQ(columns_.find(kColumn, "/none")->known, Columns::Word::Known::kAbsent);
  EXPECT_EQ(blocks_.hashes_read, 3);
}

TEST_F(WordsOfThreeBlocksTest, AreToldFromOthersUnderTheSameHash) {
  const std::string wanted = str_cat("/", kHashesABlock);
  const std::uint64_t hash = columns_.hash_of(wanted);
  std::string bytes;
  const BlockId first{BlockKind::kHashes, kColumn, 0};
  ASSERT_TRUE(memory_.read(first, [&](std::string_view block) { bytes = block; }).value());
  for (const std::size_t code : {5U, 6U, kHashesABlock - 1}) {
    std::memcpy(bytes.data() + code * sizeof hash, &hash, sizeof hash);
  }
  ASSERT_TRUE(memory_.put(first, bytes));
  EXPECT_EQ(columns_.find(kColumn, wanted)->code, kHashesABlock);
}

TEST_F(WordsOfThreeBlocksTest, HaveTextsByTheirCodes) {
  const std::vector<std::uint32_t> codes{kEmptyCode, kOtherCode, kFirstCode,        3,         63,
                                         64,         65,         kHashesABlock + 7, kWords - 1};
  std::vector<std::string> texts(codes.size());
  ASSERT_TRUE(columns_.texts(
      kColumn, codes, [&](std::size_t place, std::string_view text) { texts[place] = text; }));
  EXPECT_EQ(texts[0], "");
  EXPECT_EQ(texts[1], kOtherValue);
  for (std::size_t i = 2; i < codes.size(); ++i) EXPECT_EQ(texts[i], str_cat("/", codes[i]));
  EXPECT_EQ(blocks_.texts_read, 4);  // Of 64 each.

  const std::uint32_t none[] = {4, kWords};
  std::size_t found = 0;
  const auto read = columns_.texts(kColumn, none, [&](std::size_t, std::string_view) { ++found; });
  EXPECT_EQ(read.error().code, ErrorCode::kCorrupt);
  EXPECT_EQ(found, 1u);
}

// A dictionary that ends with a block ends there.
TEST_F(WordsOfThreeBlocksTest, MayFillTheirLastBlock) {
  while (words_.size() < 3 * kHashesABlock) words_.code_of(str_cat("/", words_.size()));
  ASSERT_TRUE(words_.flush(memory_, kKey));
  const std::uint32_t last = 3 * kHashesABlock - 1;
  EXPECT_EQ(columns_.find(kColumn, str_cat("/", last))->code, last);
  EXPECT_EQ(columns_.find(kColumn, "/none")->known, Columns::Word::Known::kAbsent);
}

}  // namespace
}  // namespace penstock::store
