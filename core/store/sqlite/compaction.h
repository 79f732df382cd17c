// One day's file made compact (compact_schema.h), in small steps.
//
// A draft is made beside it, compared with it row for row, and put in its place in one transaction
// of the day's own file: readers go on with what they see, nobody's lock or connection is lost, and
// cut off anywhere it is the day that it was. Whoever writes to the day meanwhile is not waited
// for: it is given up, and may begin again.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/error.h"
#include "base/function_ref.h"
#include "sqlite/sqlite.h"
#include "store/sqlite/compact_insert.h"

namespace penstock::store {

class Compaction {
 public:
  // kRejected, in words, where somebody has added to the day's tables what a compacted one could
  // not keep.
  static Result<std::unique_ptr<Compaction>> begin(const std::string& path);
  // Removes the draft.
  ~Compaction();
  Compaction(const Compaction&) = delete;
  Compaction& operator=(const Compaction&) = delete;

  // Works until `may_go_on` says no. True: it is done. kOverloaded: the day was written to since
  // the beginning; kRejected: its rows have values that a compacted day could not keep.
  Result<bool> work(FunctionRef<bool()> may_go_on);

  // Once it is done: whether the day is compact. One of so few rows that it would not become
  // smaller stays as it is.
  bool has_replaced() const { return has_replaced_; }

 private:
  enum class Phase : std::uint8_t {
    kCount,
    kTexts,
    kRows,
    kTables,
    kBlocks,
    kIndexes,
    kCompare,
    kReplace,
    kDone
  };
  struct Text {
    std::string_view text;  // Of counts_.
    std::uint32_t rows;
  };

  Compaction(std::string path, sqlite::Database day, sqlite::Database draft);

  Result<void> start();
  Result<void> check_columns();
  Result<void> read_schema();
  Result<void> take_part(std::string_view type, std::string_view name, std::string_view sql);
  Result<std::int64_t> day_version();
  Result<void> check_unchanged();
  Result<void> step();
  Result<void> each_row(FunctionRef<Result<void>(std::int64_t row_id, const event::Row& row)> use,
                        Phase next);
  void count(std::string_view text);
  Result<void> count_rows();
  void choose_texts();
  Result<void> write_texts();
  Result<void> write_rows();
  Result<void> copy_table();
  Result<void> copy_blocks();
  Result<void> make_indexes();
  Result<bool> is_smaller();
  Result<void> compare_rows();
  Result<void> compare_counts();
  Result<void> replace();

  const std::string path_;
  sqlite::Database day_;
  sqlite::Database draft_;  // Has the day attached, under that name.
  std::int64_t day_version_ = 0;
  Phase phase_ = Phase::kCount;
  std::int64_t last_ = 0;  // Row or block that the phase has done.
  std::unordered_map<std::string, std::uint32_t> counts_;
  std::size_t counted_bytes_ = 0;
  bool is_counting_new_ = true;
  std::vector<Text> texts_;  // To be written, the most frequent first.
  std::size_t written_ = 0;
  CompactWords words_;
  std::optional<CompactInsert> insert_;
  std::vector<std::string> columns_;  // Of `events`, in the table's order.
  // The day's other tables, those that are not copied yet, and what is made of their indexes,
  // triggers and views behind them.
  std::vector<std::string> tables_;
  std::string later_sql_;
  std::optional<sqlite::Replacement> replacement_;
  bool has_replaced_ = false;
};

}  // namespace penstock::store
