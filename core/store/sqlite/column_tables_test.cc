#include "store/sqlite/column_tables.h"

#include "store/sqlite/column_testing.h"
#include "store/sqlite/day_file.h"

namespace penstock::store {
namespace {

class ColumnTablesTest : public ColumnsTest {
 protected:
  void SetUp() override {
    ColumnsTest::SetUp();
    store({row_at(kToday, 1)});
    database_.emplace(sqlite::Database::open(day_path(options_.path, kToday), {}).value());
  }
  bool is_there(ColumnNumber column, std::uint32_t chunk) {
    return blocks().read({BlockKind::kValues, column, chunk}, [](std::string_view) {}).value();
  }
  SqliteBlocks& blocks() {
    if (!blocks_) blocks_.emplace(*database_);
    return *blocks_;
  }

  std::optional<sqlite::Database> database_;
  std::optional<SqliteBlocks> blocks_;
};

TEST_F(ColumnTablesTest, BlocksAreThoseOfTheirChunk) {
  for (const ColumnNumber column : {0U, 1U, 17U, 900U, 0xff'ffffU}) {
    for (const std::uint32_t chunk : {0U, 3U, 0xffff'ffffU}) {
      if (column == 17 && chunk == 3) continue;
      ASSERT_TRUE(blocks().put({BlockKind::kValues, column, chunk}, "x"));
    }
    ASSERT_TRUE(blocks().put({BlockKind::kHashes, column, 3}, "y"));
  }
  EXPECT_EQ(blocks().columns_of(3).value(), (std::vector<ColumnNumber>{0, 1, 900, 0xff'ffff}));
  EXPECT_EQ(blocks().columns_of(1).value(), std::vector<ColumnNumber>{});
  ASSERT_TRUE(blocks().remove_chunk(3));
  EXPECT_TRUE(blocks().columns_of(3)->empty());
  EXPECT_TRUE(is_there(1, 0));
  EXPECT_TRUE(is_there(900, 0xffff'ffff));
  EXPECT_TRUE(
      blocks()
          .read({BlockKind::kHashes, 1, 3}, [](std::string_view bytes) { EXPECT_EQ(bytes, "y"); })
          .value());
}

TEST_F(ColumnTablesTest, AListThatCannotBeIsRefused) {
  const ChunkInfo chunk{0, 10, 100, 200, 1, 2};
  ASSERT_TRUE(write_chunk(*database_, chunk));
  ASSERT_TRUE(write_chunk(*database_, {1, 10, 201, 300, 1, 2}));
  EXPECT_EQ(read_chunks(*database_)->size(), 2U);
  for (const ChunkInfo& bad :
       {ChunkInfo{1, 10, 200, 300, 1, 2}, ChunkInfo{1, 0, 201, 300, 1, 2},
        ChunkInfo{1, kChunkRowsMax + 1, 201, 300, 1, 2}, ChunkInfo{1, 10, 201, 200, 1, 2},
        ChunkInfo{1, 10, 201, 300, 2, 1}}) {
    ASSERT_TRUE(write_chunk(*database_, bad));
    EXPECT_FALSE(read_chunks(*database_));
  }
}

TEST_F(ColumnTablesTest, KeepTheKey) {
  EXPECT_FALSE(read_dictionary_key(*database_)->has_value());
  const crypto::HashKey key = crypto::random_hash_key();
  ASSERT_TRUE(write_dictionary_key(*database_, key));
  EXPECT_EQ(read_dictionary_key(*database_).value(), key);
  ASSERT_TRUE(database_->execute("UPDATE dictionary_key SET key = x'00'"));
  EXPECT_FALSE(read_dictionary_key(*database_));
}

}  // namespace
}  // namespace penstock::store
