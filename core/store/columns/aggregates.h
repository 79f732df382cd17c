// What is counted over the rows that a scan leaves.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/error.h"
#include "base/function_ref.h"
#include "store/columns/scan.h"
#include "store/columns/steps.h"
#include "store/rollup/hyperloglog.h"

namespace penstock::store {

// Adds the visitors of rows at `positions`.
void add_visitors(const ChunkRows::Visitors& visitors, std::span<const std::uint16_t> positions,
                  HyperLogLog& sketch);

// Calls `visit` with the rows that lie in one bucket of time and stand one behind the other.
// Buckets begin at `start_ms`, before which there is no row.
Result<void> visit_buckets(
    ChunkRows& rows, const Steps& steps,
    FunctionRef<void(std::size_t bucket, std::span<const std::uint16_t> positions)> visit);

// Rows by code. kCorrupt for a code that no dictionary gives.
class CodeCounts {
 public:
  void clear();
  // Of the rows of `codes`, those at `positions`.
  Result<void> add(std::span<const std::uint32_t> codes, std::span<const std::uint16_t> positions);
  // So many that have this one.
  Result<void> add(std::uint32_t code, std::size_t rows);

  // By code; what is behind the end is zero.
  std::span<const std::uint32_t> counts() const { return std::span(counts_).first(used_); }

 private:
  Result<void> make_room(std::uint32_t bound);
  // No code is more than `bound`.
  template <class CodeAt>
  void add_each(std::size_t count, std::uint32_t bound, CodeAt code_at);

  std::vector<std::uint32_t> counts_;  // Zero from used_ on.
  std::size_t used_ = 0;
};

// The rows of a chunk that a bot has sent.
Result<std::uint64_t> count_bots(ChunkRows& rows);
// Leaves the others, of which there may be none. Says how many there were.
Result<std::uint64_t> leave_out_bots(ChunkRows& rows);

// A row's place in lists.
struct RowPlace {
  std::int64_t at_ms;
  std::int64_t row_id;

  bool operator==(const RowPlace&) const = default;
  bool operator<(const RowPlace& other) const {
    return at_ms != other.at_ms ? at_ms < other.at_ms : row_id < other.row_id;
  }
};

// The first ones of all rows that are added, in an order.
class FirstRows {
 public:
  enum class Order : std::uint8_t { kNewestFirst, kOldestFirst };

  // Keeps `count` at most, more than none, of the rows in `range` and, where there is one, behind
  // `after`.
  FirstRows(Order order, const Range& range, const RowPlace* after, std::size_t count);

  Result<void> add(ChunkRows& rows);
  // A row of the range.
  void add(const RowPlace& place);
  // What may still have one of the first rows: for the scan, whose range it is.
  const Range& range() const { return range_; }
  ChunkOrder chunk_order() const;
  Order order() const { return order_; }
  bool is_full() const { return heap_.size() == count_; }

  // In the order. What is kept is none then.
  std::vector<RowPlace> take();

 private:
  // Whether a stands before b.
  bool is_before(const RowPlace& a, const RowPlace& b) const;
  void narrow();

  const Order order_;
  const std::size_t count_;
  Range range_;
  RowPlace after_;
  bool has_after_;
  std::vector<RowPlace> heap_;  // The last one in front.
};

}  // namespace penstock::store
