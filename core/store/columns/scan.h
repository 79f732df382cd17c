// The loop under every question: which rows of the chunks a filter leaves.
//
// A chunk is passed over where its times say so. Else each condition reads one column and clears
// bytes of a mask, in a loop that the compiler makes wide; what is left becomes a list of
// positions, and a question reads the columns that it counts by.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "base/error.h"
#include "base/function_ref.h"
#include "store/columns/columns.h"
#include "store/columns/conditions.h"
#include "store/columns/kept_masks.h"
#include "store/contract/queries.h"

namespace penstock::store {

// The rows of one chunk that are left, and its columns: read when they are first asked for, of the
// whole chunk, by position, and lent until the next chunk.
class ChunkRows {
 public:
  struct Codes {
    Columns::Kept kept;
    std::span<const std::uint32_t> codes;  // Empty unless kCodes.
  };

  // Hashes of visitors.
  struct Visitors {
    std::span<const std::uint32_t> upper;
    std::span<const std::uint32_t> lower;  // May be empty where no sketch needs it.
  };

  const ChunkInfo& chunk() const { return *chunk_; }
  // Ascending; never none.
  std::span<const std::uint16_t> positions() const;

  // Leaves these alone, which are some of positions() and stand elsewhere; there may be none.
  void narrow(std::span<const std::uint16_t> positions);

  Result<std::span<const std::int64_t>> times();
  Result<std::span<const std::int64_t>> row_ids();
  Result<Visitors> visitors();
  // As far as sketches need them.
  Result<Visitors> sketched_visitors();
  Result<Codes> codes(ColumnNumber column);  // Lent until the next call.

 private:
  friend class Scanner;

  Columns* columns_ = nullptr;
  const ChunkInfo* chunk_ = nullptr;
  std::size_t count_ = 0;
  bool has_times_ = false;
  bool has_row_ids_ = false;
  bool has_upper_ = false;
  bool has_lower_ = false;
  // One for each row, and zero behind the last.
  alignas(64) std::array<std::uint8_t, kChunkRowsMax> mask_;
  alignas(64) std::array<std::uint32_t, kChunkRowsMax> codes_;
  std::array<std::uint16_t, kChunkRowsMax> positions_;
  std::array<std::int64_t, kChunkRowsMax> times_;
  std::array<std::int64_t, kChunkRowsMax> row_ids_;
  std::array<std::uint32_t, kChunkRowsMax> upper_visitors_;
  std::array<std::uint32_t, kChunkRowsMax> lower_visitors_;
};

// Chunks that share dictionaries.
struct ColumnPart {
  Columns* columns;
  // Rows of sealed chunks that were deleted or changed since, by row id, ascending: they are not to
  // be counted. What they are now is in another part.
  std::span<const std::int64_t> changed_rows;
  KeptMasks* masks = nullptr;  // Of the chunks; null where nothing is kept.
};

// By number is by the time of storing.
enum class ChunkOrder : std::uint8_t { kByNumber, kLastStoredFirst, kOldestFirst, kNewestFirst };

// 300 kB of buffers: one serves all days of a question.
class Scanner {
 public:
  // Whether the filter leaves a row of which columns say too little.
  using AskRow = FunctionRef<Result<bool>(std::int64_t row_id)>;

  // Borrows it. Asked before each chunk: the scan fails with kOverloaded where it says true.
  explicit Scanner(const std::function<bool()>& should_stop) : should_stop_(should_stop) {}

  // Calls `visit` with each chunk that has rows left. `range` may be narrowed by `visit`: the
  // chunks that follow are held against it.
  Result<void> scan(const ColumnPart& part, const Filter& filter, const Range& range,
                    ChunkOrder order, AskRow ask_row,
                    FunctionRef<Result<void>(ChunkRows& rows)> visit);

 private:
  // A filter without what it says of bots, or that alone: a page's questions differ in it.
  struct Part {
    Filter filter;
    std::shared_ptr<FilterMasks> masks;    // Null where nothing is kept.
    std::optional<Conditions> conditions;  // Nullopt while what is kept says enough.
  };

  // False where it leaves no row of any chunk.
  Result<bool> begin(Part& part, KeptMasks* kept);

  // Each leaves a mask; false where it has no row.
  Result<bool> mask_times(const Range& range);
  Result<bool> mask_changed(std::span<const std::int64_t> changed_rows);
  Result<bool> mask_part(Part& part, bool& asks_rows);
  Result<bool> mask_conditions(const Conditions& conditions, std::span<std::uint8_t> mask,
                               bool& asks_rows);
  Result<void> ask_rows(AskRow ask_row);
  void list_positions();

  const std::function<bool()>& should_stop_;
  ChunkRows rows_;
  alignas(64) std::array<std::uint8_t, kChunkRowsMax> part_mask_;
};

}  // namespace penstock::store
