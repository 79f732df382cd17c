#include "store/columns/scan.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "base/wide.h"
#include "store/columns/mask_bits.h"
#include "store/rollup/hyperloglog.h"

namespace penstock::store {
namespace {

// The inner loops have a fixed number of rounds, so that they become wide at -O2 too.
constexpr std::size_t kLoopRows = 64;
static_assert(kChunkRowsMax % kLoopRows == 0);
static_assert(kChunkRowsMax <= std::size_t{1} << 16, "positions are of 16 bits");
// Rows that are asked between two looks at the clock.
constexpr std::size_t kRowsALook = 64;

constexpr const char* kStep = "scan columns";

std::size_t rounded_up(std::size_t rows) { return (rows + kLoopRows - 1) / kLoopRows * kLoopRows; }

PENSTOCK_WIDE void keep_equal(const std::uint32_t* __restrict codes, std::uint32_t code,
                              std::size_t rows, std::uint8_t* __restrict mask) {
  for (std::size_t first = 0; first < rows; first += kLoopRows) {
    for (std::size_t i = 0; i < kLoopRows; ++i) {
      mask[first + i] &= static_cast<std::uint8_t>(codes[first + i] == code);
    }
  }
}

PENSTOCK_WIDE void keep_others(const std::uint32_t* __restrict codes, std::uint32_t code,
                               std::size_t rows, std::uint8_t* __restrict mask) {
  for (std::size_t first = 0; first < rows; first += kLoopRows) {
    for (std::size_t i = 0; i < kLoopRows; ++i) {
      mask[first + i] &= static_cast<std::uint8_t>(codes[first + i] != code);
    }
  }
}

void keep_marked(std::span<const std::uint32_t> codes, std::span<const std::uint8_t> marks,
                 std::uint8_t* mask) {
  for (std::size_t i = 0; i < codes.size(); ++i) {
    mask[i] &= codes[i] < marks.size() ? marks[codes[i]] : std::uint8_t{0};
  }
}

void keep_left(std::span<const std::uint32_t> codes, const CodeCondition& condition,
               std::uint8_t* mask) {
  switch (condition.leaves) {
    case CodeCondition::Leaves::kCode:
      return keep_equal(codes.data(), condition.code, codes.size(), mask);
    case CodeCondition::Leaves::kOthers:
      return keep_others(codes.data(), condition.code, codes.size(), mask);
    case CodeCondition::Leaves::kMarked:
      return keep_marked(codes, condition.marks, mask);
  }
}

void keep_between(const std::int64_t* __restrict times, const Range& range, std::size_t rows,
                  std::uint8_t* __restrict mask) {
  const auto from = static_cast<std::uint64_t>(range.from_ms);
  const std::uint64_t length = static_cast<std::uint64_t>(range.to_ms) - from;
  for (std::size_t i = 0; i < rows; ++i) {
    mask[i] &= static_cast<std::uint8_t>(static_cast<std::uint64_t>(times[i]) - from < length);
  }
}

PENSTOCK_WIDE bool needs_lower(std::span<const std::uint32_t> upper) {
  std::size_t first = 0;
  std::uint32_t needs = 0;
  for (; first + kLoopRows <= upper.size(); first += kLoopRows) {
    const std::uint32_t* const some = upper.data() + first;
    for (std::size_t i = 0; i < kLoopRows; ++i) needs |= HyperLogLog::needs_lower(some[i]) ? 1 : 0;
  }
  for (const std::uint32_t half : upper.subspan(first)) {
    needs |= HyperLogLog::needs_lower(half) ? 1 : 0;
  }
  return needs != 0;
}

void keep_both(const std::uint8_t* __restrict other, std::size_t rows,
               std::uint8_t* __restrict mask) {
  for (std::size_t first = 0; first < rows; first += kLoopRows) {
    for (std::size_t i = 0; i < kLoopRows; ++i) mask[first + i] &= other[first + i];
  }
}

// One by each row, and zero behind the last to where a loop ends.
void fill_mask(std::size_t rows, std::span<std::uint8_t> mask) {
  std::fill_n(mask.begin(), rows, 1);
  std::fill(mask.begin() + static_cast<std::ptrdiff_t>(rows),
            mask.begin() + static_cast<std::ptrdiff_t>(rounded_up(rows)), 0);
}

bool has_rows(const std::uint8_t* mask, std::size_t rows) {
  return std::memchr(mask, 1, rows) != nullptr;
}

constexpr auto kAllPositions = [] {
  std::array<std::uint16_t, kChunkRowsMax> positions{};
  for (std::size_t i = 0; i < positions.size(); ++i) positions[i] = static_cast<std::uint16_t>(i);
  return positions;
}();

constexpr std::size_t kOctet = 8;
// GCC's and Clang's vectors: one register, added to at once.
using Octet = std::uint16_t __attribute__((vector_size(kOctet * sizeof(std::uint16_t))));

// The places of the bits that are set, ascending, by the bits.
constexpr auto kOffsets = [] {
  std::array<std::array<std::uint16_t, kOctet>, 256> offsets{};
  for (std::size_t bits = 0; bits < offsets.size(); ++bits) {
    std::size_t count = 0;
    for (std::uint16_t bit = 0; bit < kOctet; ++bit) {
      if ((bits >> bit & 1) != 0) offsets[bits][count++] = bit;
    }
  }
  return offsets;
}();

PENSTOCK_WIDE std::size_t count_rows(const std::uint8_t* mask, std::size_t rows) {
  std::size_t count = 0;
  for (std::size_t first = 0; first < rows; first += kLoopRows) {
    std::uint8_t some = 0;
    for (std::size_t i = 0; i < kLoopRows; ++i) {
      some = static_cast<std::uint8_t>(some + mask[first + i]);
    }
    count += some;
  }
  return count;
}

// Writes the places of the rows that `mask` leaves. Eight rows at once: all of their offsets are
// written, and those that count stand before the next ones. Behind the last row the mask is zero.
PENSTOCK_WIDE void list_marked(const std::uint8_t* mask, std::size_t rows, std::uint16_t* to) {
  for (std::size_t i = 0; i < rows; i += kOctet) {
    const std::uint8_t bits = mask_bits(mask + i);
    Octet octet;
    std::memcpy(&octet, kOffsets[bits].data(), sizeof octet);
    octet += static_cast<std::uint16_t>(i);
    std::memcpy(to, &octet, sizeof octet);
    to += std::popcount(bits);
  }
}

std::vector<const ChunkInfo*> ordered(std::span<const ChunkInfo> chunks, ChunkOrder order) {
  std::vector<const ChunkInfo*> pointers;
  pointers.reserve(chunks.size());
  for (const ChunkInfo& chunk : chunks) pointers.push_back(&chunk);
  if (order == ChunkOrder::kLastStoredFirst) {
    std::reverse(pointers.begin(), pointers.end());
  } else if (order == ChunkOrder::kOldestFirst) {
    std::stable_sort(pointers.begin(), pointers.end(), [](const ChunkInfo* a, const ChunkInfo* b) {
      return a->first_at_ms < b->first_at_ms;
    });
  } else if (order == ChunkOrder::kNewestFirst) {
    std::stable_sort(pointers.begin(), pointers.end(), [](const ChunkInfo* a, const ChunkInfo* b) {
      return a->last_at_ms > b->last_at_ms;
    });
  }
  return pointers;
}

}  // namespace

std::span<const std::uint16_t> ChunkRows::positions() const {
  return {count_ == chunk_->rows ? kAllPositions.data() : positions_.data(), count_};
}

void ChunkRows::narrow(std::span<const std::uint16_t> positions) {
  std::copy(positions.begin(), positions.end(), positions_.begin());
  count_ = positions.size();
}

Result<std::span<const std::int64_t>> ChunkRows::times() {
  if (!has_times_) PENSTOCK_TRY(columns_->times(*chunk_, times_));
  has_times_ = true;
  return std::span<const std::int64_t>(times_).first(chunk_->rows);
}

Result<std::span<const std::int64_t>> ChunkRows::row_ids() {
  if (!has_row_ids_) PENSTOCK_TRY(columns_->rows(*chunk_, row_ids_));
  has_row_ids_ = true;
  return std::span<const std::int64_t>(row_ids_).first(chunk_->rows);
}

Result<ChunkRows::Visitors> ChunkRows::visitors() {
  const std::size_t rows = chunk_->rows;
  if (!has_lower_) PENSTOCK_TRY(columns_->visitors(*chunk_, upper_visitors_, lower_visitors_));
  has_upper_ = has_lower_ = true;
  return Visitors{std::span(upper_visitors_).first(rows), std::span(lower_visitors_).first(rows)};
}

Result<ChunkRows::Visitors> ChunkRows::sketched_visitors() {
  if (has_lower_) return visitors();
  const std::span<std::uint32_t> upper = std::span(upper_visitors_).first(chunk_->rows);
  if (!has_upper_) {
    PENSTOCK_TRY(columns_->visitors(*chunk_, upper, {}));
    if (needs_lower(upper)) return visitors();
  }
  has_upper_ = true;
  return Visitors{upper, {}};
}

Result<ChunkRows::Codes> ChunkRows::codes(ColumnNumber column) {
  auto kept = columns_->codes(*chunk_, column, codes_);
  if (!kept) return fail(kept.error());
  if (*kept != Columns::Kept::kCodes) return Codes{*kept, {}};
  return Codes{*kept, std::span<const std::uint32_t>(codes_).first(chunk_->rows)};
}

Result<void> Scanner::scan(const ColumnPart& part, const Filter& filter, const Range& range,
                           ChunkOrder order, AskRow ask_row,
                           FunctionRef<Result<void>(ChunkRows& rows)> visit) {
  if (should_stop_()) return fail(ErrorCode::kOverloaded, kStep);
  Columns& columns = *part.columns;
  rows_.columns_ = &columns;
  std::array<Part, 2> filters;
  filters[0].filter = filter;
  filters[1].filter.is_bot = std::exchange(filters[0].filter.is_bot, std::nullopt);
  for (Part& one : filters) {
    auto may_leave = begin(one, part.masks);
    if (!may_leave) return fail(may_leave.error());
    if (!*may_leave) return {};
  }
  for (const ChunkInfo* chunk : ordered(columns.chunks(), order)) {
    if (chunk->last_at_ms < range.from_ms || chunk->first_at_ms >= range.to_ms) continue;
    if (should_stop_()) return fail(ErrorCode::kOverloaded, kStep);
    rows_.chunk_ = chunk;
    rows_.has_times_ = rows_.has_row_ids_ = rows_.has_upper_ = rows_.has_lower_ = false;
    fill_mask(chunk->rows, rows_.mask_);

    bool asks_rows = false;
    auto is_left = mask_times(range);
    if (is_left && *is_left) is_left = mask_changed(part.changed_rows);
    for (Part& one : filters) {
      if (is_left && *is_left) is_left = mask_part(one, asks_rows);
    }
    if (!is_left) return fail(is_left.error());
    if (!*is_left) continue;
    list_positions();
    if (asks_rows) PENSTOCK_TRY(ask_rows(ask_row));
    if (rows_.count_ > 0) PENSTOCK_TRY(visit(rows_));
  }
  return {};
}

Result<bool> Scanner::mask_times(const Range& range) {
  const ChunkInfo& chunk = *rows_.chunk_;
  if (chunk.first_at_ms >= range.from_ms && chunk.last_at_ms < range.to_ms) return true;
  auto times = rows_.times();
  if (!times) return fail(times.error());
  keep_between(times->data(), range, times->size(), rows_.mask_.data());
  return has_rows(rows_.mask_.data(), chunk.rows);
}

Result<bool> Scanner::mask_changed(std::span<const std::int64_t> changed_rows) {
  const ChunkInfo& chunk = *rows_.chunk_;
  const auto first = std::lower_bound(changed_rows.begin(), changed_rows.end(), chunk.first_row);
  const auto end = std::upper_bound(first, changed_rows.end(), chunk.last_row);
  if (first == end) return true;
  auto row_ids = rows_.row_ids();
  if (!row_ids) return fail(row_ids.error());
  auto place = row_ids->begin();
  for (const std::int64_t changed : std::span(first, end)) {
    place = std::lower_bound(place, row_ids->end(), changed);
    if (place == row_ids->end()) break;
    if (*place == changed) rows_.mask_[static_cast<std::size_t>(place - row_ids->begin())] = 0;
  }
  return has_rows(rows_.mask_.data(), chunk.rows);
}

Result<bool> Scanner::mask_conditions(const Conditions& conditions, std::span<std::uint8_t> mask,
                                      bool& asks_rows) {
  asks_rows = asks_rows || conditions.asks_rows;
  for (const CodeCondition& condition : conditions.all) {
    auto codes = rows_.codes(condition.column);
    if (!codes) return fail(codes.error());
    switch (codes->kept) {
      case Columns::Kept::kEmpty:
        if (!condition.has_left(kEmptyCode)) return false;
        break;
      case Columns::Kept::kInRows:
        asks_rows = true;
        break;
      case Columns::Kept::kCodes:
        keep_left(codes->codes, condition, mask.data());
        if (!has_rows(mask.data(), rows_.chunk_->rows)) return false;
        break;
    }
  }
  return true;
}

// Of what is kept of every chunk that is looked at, the dictionaries are not read either.
Result<bool> Scanner::begin(Part& part, KeptMasks* kept) {
  if (kept != nullptr) part.masks = kept->find(part.filter);
  if (part.masks != nullptr) return true;
  auto found = conditions_of(*rows_.columns_, part.filter);
  if (!found) return fail(found.error());
  if (found->is_never) return false;
  part.conditions = *std::move(found);
  // What is told by rows is another matter each time, and what asks for nothing is known already.
  const bool can_be_kept = !part.conditions->asks_rows && !part.conditions->all.empty();
  if (kept != nullptr && can_be_kept) {
    part.masks = kept->find_or_begin(part.filter, rows_.columns_->chunks().size());
  }
  return true;
}

Result<bool> Scanner::mask_part(Part& part, bool& asks_rows) {
  const std::size_t rows = rows_.chunk_->rows;
  const std::span<std::uint8_t> mask = std::span(rows_.mask_).first(rounded_up(rows));
  if (part.masks == nullptr) return mask_conditions(*part.conditions, mask, asks_rows);

  const auto place = static_cast<std::size_t>(rows_.chunk_ - rows_.columns_->chunks().data());
  const FilterMasks::Known known = part.masks->find(place, mask);
  if (known == FilterMasks::Known::kNoRow) return false;
  if (known == FilterMasks::Known::kMask) return has_rows(mask.data(), rows);
  if (!part.conditions) {
    auto found = conditions_of(*rows_.columns_, part.filter);
    if (!found) return fail(found.error());
    part.conditions = *std::move(found);
  }
  // Of all rows of the chunk, whichever of them are left already.
  fill_mask(rows, part_mask_);
  const std::span<std::uint8_t> of_part = std::span(part_mask_).first(mask.size());
  bool asks = false;
  auto is_left = mask_conditions(*part.conditions, of_part, asks);
  if (!is_left) return fail(is_left.error());
  if (!*is_left) {
    part.masks->keep_no_row(place);
    return false;
  }
  if (!asks) part.masks->keep(place, of_part);
  asks_rows = asks_rows || asks;
  keep_both(of_part.data(), rows, mask.data());
  return has_rows(mask.data(), rows);
}

void Scanner::list_positions() {
  const std::size_t rows = rows_.chunk_->rows;
  rows_.count_ = count_rows(rows_.mask_.data(), rows);
  if (rows_.count_ < rows) list_marked(rows_.mask_.data(), rows, rows_.positions_.data());
}

Result<void> Scanner::ask_rows(AskRow ask_row) {
  auto row_ids = rows_.row_ids();
  if (!row_ids) return fail(row_ids.error());
  const std::span<const std::uint16_t> positions = rows_.positions();
  std::size_t kept = 0;
  for (std::size_t i = 0; i < positions.size(); ++i) {
    if (i % kRowsALook == 0 && should_stop_()) return fail(ErrorCode::kOverloaded, kStep);
    const std::uint16_t position = positions[i];
    auto is_left = ask_row((*row_ids)[position]);
    if (!is_left) return fail(is_left.error());
    if (*is_left) rows_.positions_[kept++] = position;
  }
  rows_.count_ = kept;
  return {};
}

}  // namespace penstock::store
