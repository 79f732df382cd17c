// Rows of many values, and a look at a day's columns, for the tests of columns.
#pragma once

#include <cstdint>
#include <cstring>
#include <deque>
#include <string>
#include <vector>

#include "base/random.h"
#include "store/columns/int_block.h"
#include "store/sqlite/column_check.h"
#include "store/sqlite/column_tables.h"
#include "store/sqlite/day_columns.h"
#include "store/sqlite/migrations.h"
#include "store/sqlite/store_testing.h"

namespace penstock::store {

// Makes rows whose values differ, some of them empty, long or rare, and keeps their texts.
class VariedRows {
 public:
  explicit VariedRows(std::uint64_t seed) : random_(seed) {}

  event::Row next(std::int64_t day_ms) {
    const auto draw = [this](std::uint64_t below) { return random_.next() % below; };
    event::Row row = row_at(day_ms + static_cast<std::int64_t>(draw(kDay)), ++number_);
    row.record.project = draw(10) < 8 ? "default" : text(str_cat("p", draw(3)));
    row.record.name = text(str_cat("name", draw(5)));
    row.record.anonymous_id = text(str_cat("visitor", draw(500)));
    row.path = text(str_cat("/path/", draw(draw(2) == 0 ? 20 : 5'000)));
    if (draw(200) == 0) row.path = text(str_cat("/", std::string(300, 'x'), draw(10)));
    if (draw(3) != 0) row.referrer_host = text(str_cat("site", draw(50), ".example"));
    row.is_bot = draw(10) == 0;
    if (draw(4) == 0) row.utm_source = text(str_cat("source", draw(20)));
    if (draw(4) == 0) row.utm_medium = text(draw(2) == 0 ? "cpc" : "email");
    row.record.properties = text(str_cat(R"({"plan":"plan)", draw(3), R"(","n":)", draw(100),
                                         R"(,"deep":{"a":1},"key)", draw(60), R"(":true})"));
    return row;
  }
  std::vector<event::Row> some(std::int64_t day_ms, std::size_t count) {
    std::vector<event::Row> rows;
    for (std::size_t i = 0; i < count; ++i) rows.push_back(next(day_ms));
    return rows;
  }

 private:
  std::string_view text(std::string text) { return texts_.emplace_back(std::move(text)); }

  Random random_;
  std::uint32_t number_ = 0;
  std::deque<std::string> texts_;
};

class ColumnsTest : public StoreTest {
 protected:
  // "" where columns say what rows do.
  std::string fault(std::int64_t day_ms) {
    auto database = sqlite::Database::open(day_path(options_.path, day_ms),
                                           {.access = sqlite::Access::kReadOnly});
    if (!database) return to_text(database.error());
    if (const auto seen = see_as_current(*database); !seen) return to_text(seen.error());
    auto found = column_fault(*database);
    return found ? *found : to_text(found.error());
  }

  // As somebody at the sqlite3 tool does.
  void run(std::int64_t day_ms, const std::string& sql) {
    auto database = sqlite::Database::open(day_path(options_.path, day_ms), {});
    ASSERT_TRUE(database.has_value());
    const auto done = database->execute(sql.c_str());
    ASSERT_TRUE(done.has_value()) << sql << ": " << to_text(done.error());
  }

  // Makes a day's blocks what was written when numbers took 1, 2, 4 or 8 bytes and visitors' hashes
  // had no halves. Says how many there were.
  int make_older_blocks(std::int64_t day_ms) {
    auto database = sqlite::Database::open(day_path(options_.path, day_ms), {}).value();
    SqliteBlocks blocks(database);
    int changed = 0;
    const auto chunks = read_chunks(database).value();
    for (const ChunkInfo& chunk : chunks) {
      const auto columns = blocks.columns_of(chunk.number).value();
      for (const ColumnNumber column : columns) {
        const BlockId id{BlockKind::kValues, column, chunk.number};
        std::string block;
        EXPECT_TRUE(blocks.read(id, [&](std::string_view bytes) { block = bytes; }).value());
        changed += make_older(block, chunk.rows) ? 1 : 0;
        EXPECT_TRUE(blocks.put(id, block));
      }
      std::vector<std::uint32_t> upper(chunk.rows);
      std::vector<std::uint32_t> lower(chunk.rows);
      EXPECT_TRUE(Columns(blocks, {&chunk, 1}, {}).visitors(chunk, upper, lower));
      std::vector<std::int64_t> hashes;
      for (std::size_t i = 0; i < chunk.rows; ++i) {
        hashes.push_back(static_cast<std::int64_t>(std::uint64_t{upper[i]} << 32 | lower[i]));
      }
      std::string whole;
      append_int_block(hashes, whole);
      EXPECT_TRUE(blocks.put({BlockKind::kValues, kWholeVisitorColumn, chunk.number}, whole));
      EXPECT_TRUE(blocks.remove(kUpperVisitorColumn, chunk.number));
      EXPECT_TRUE(blocks.remove(kLowerVisitorColumn, chunk.number));
    }
    return changed;
  }

  // False for a block whose numbers are 1, 2, 4 or 8 bytes.
  static bool make_older(std::string& block, std::size_t rows) {
    constexpr int kBits = 16;
    const int bits = block.empty() ? 0 : static_cast<unsigned char>(block[0]) - kBits;
    if (bits <= 0) return false;
    std::vector<std::int64_t> numbers(rows);
    if (!read_int_block(block, numbers)) return false;
    std::int64_t least = 0;
    std::memcpy(&least, block.data() + 1, sizeof least);
    const std::size_t bytes = bits <= 8 ? 1 : bits <= 16 ? 2 : 4;
    block.resize(9);
    block[0] = static_cast<char>(bytes);
    for (const std::int64_t number : numbers) {
      const std::int64_t difference = number - least;
      block.append(reinterpret_cast<const char*>(&difference), bytes);
    }
    return true;
  }

  // Makes a day what version 3 wrote: without the columns that came later.
  void take_later_columns(std::int64_t day_ms) {
    for (ColumnNumber column = kFirstLaterColumn; column <= kLastLaterColumn; ++column) {
      run(day_ms,
          str_cat("DELETE FROM blocks WHERE id >> 56 < 3 AND (id >> 32 & 16777215) = ", column));
    }
    const bool is_day_compact = is_compact(number(day_ms, "PRAGMA user_version"));
    run(day_ms, str_cat("PRAGMA user_version = ", is_day_compact ? 3 | kCompactForm : 3));
  }

  // Rests long enough for its columns to be gathered, and they are.
  void gather_all() {
    const std::int64_t now_ms = clock_.wall_ms();
    clock_.set_wall_ms(now_ms + 2 * kDay);
    while (store_->gather_columns()) {
    }
    clock_.set_wall_ms(now_ms);
  }
};

}  // namespace penstock::store
