#include "store/columns/aggregates.h"

#include <algorithm>
#include <array>
#include <bit>
#include <utility>

#include "base/check.h"

namespace penstock::store {
namespace {

// Behind every dictionary's last code.
constexpr std::uint32_t kCodesMax = words_max(kProjectColumn);

// Codes of a column of few words stand one behind the other: counting them in tables by turns, no
// addition waits for the one before.
constexpr std::size_t kFewWords = 128;
constexpr std::size_t kTurns = 4;

// No number is more. Of all rows by a loop that becomes wide, so that none of those that are left
// has to be looked at.
std::uint32_t bound_of(std::span<const std::uint32_t> codes) {
  constexpr std::size_t kRounds = 64;
  std::uint32_t bits = 0;
  std::size_t first = 0;
  for (; first + kRounds <= codes.size(); first += kRounds) {
    const std::uint32_t* const some = codes.data() + first;
    for (std::size_t i = 0; i < kRounds; ++i) bits |= some[i];
  }
  for (const std::uint32_t code : codes.subspan(first)) bits |= code;
  return bits;
}
static_assert(std::has_single_bit(kCodesMax), "a bound is no code that no dictionary gives");

}  // namespace

void add_visitors(const ChunkRows::Visitors& visitors, std::span<const std::uint16_t> positions,
                  HyperLogLog& sketch) {
  if (positions.empty()) return;
  const bool has_lower = !visitors.lower.empty();
  if (std::size_t{positions.back()} - positions.front() + 1 == positions.size()) {
    const auto all = [&](std::span<const std::uint32_t> halves) {
      return halves.subspan(positions.front(), positions.size());
    };
    return sketch.add_all(all(visitors.upper), has_lower ? all(visitors.lower) : visitors.lower);
  }
  std::array<std::uint32_t, 1'024> upper;
  std::array<std::uint32_t, 1'024> lower;
  for (std::size_t first = 0; first < positions.size(); first += upper.size()) {
    const auto some = positions.subspan(first, std::min(upper.size(), positions.size() - first));
    const auto gather = [&](std::span<const std::uint32_t> halves,
                            std::array<std::uint32_t, 1'024>& piece) {
      const std::uint32_t* const from = halves.data();
      for (std::size_t i = 0; i < some.size(); ++i) piece[i] = from[some[i]];
      return std::span<const std::uint32_t>(piece).first(some.size());
    };
    sketch.add_all(gather(visitors.upper, upper),
                   has_lower ? gather(visitors.lower, lower) : visitors.lower);
  }
}

Result<void> visit_buckets(
    ChunkRows& rows, const Steps& steps,
    FunctionRef<void(std::size_t bucket, std::span<const std::uint16_t> positions)> visit) {
  const auto positions = rows.positions();
  const ChunkInfo& chunk = rows.chunk();
  if (chunk.first_at_ms >= steps.start_ms(0)) {
    const std::size_t bucket = steps.index_of(chunk.first_at_ms);
    if (bucket == steps.index_of(chunk.last_at_ms)) {
      visit(bucket, positions);
      return {};
    }
  }
  auto times = rows.times();
  if (!times) return fail(times.error());
  // Rows come nearly by time: a search at each change of the bucket, not at each row.
  for (std::size_t first = 0; first < positions.size();) {
    const std::size_t bucket = steps.index_of((*times)[positions[first]]);
    const std::int64_t begin_ms = steps.start_ms(bucket);
    const std::int64_t end_ms = steps.end_ms(bucket);
    std::size_t end = first + 1;
    while (end < positions.size()) {
      const std::int64_t at_ms = (*times)[positions[end]];
      if (at_ms < begin_ms || at_ms >= end_ms) break;
      ++end;
    }
    visit(bucket, positions.subspan(first, end - first));
    first = end;
  }
  return {};
}

void CodeCounts::clear() {
  std::fill_n(counts_.begin(), used_, 0);
  used_ = 0;
}

Result<void> CodeCounts::make_room(std::uint32_t bound) {
  if (bound >= kCodesMax) return fail(ErrorCode::kCorrupt, "count by a code");
  if (bound >= counts_.size()) counts_.resize(std::size_t{bound} + 1);
  return {};
}

Result<void> CodeCounts::add(std::span<const std::uint32_t> codes,
                             std::span<const std::uint16_t> positions) {
  if (positions.empty()) return {};
  const std::uint32_t bound = bound_of(codes);
  PENSTOCK_TRY(make_room(bound));
  const std::uint32_t* const from = codes.data();
  if (positions.size() == codes.size()) {
    add_each(codes.size(), bound, [from](std::size_t i) { return from[i]; });
  } else {
    const std::uint16_t* const at = positions.data();
    add_each(positions.size(), bound, [from, at](std::size_t i) { return from[at[i]]; });
  }
  return {};
}

template <class CodeAt>
void CodeCounts::add_each(std::size_t count, std::uint32_t bound, CodeAt code_at) {
  std::uint32_t* const all = counts_.data();
  if (bound >= kFewWords || count < kFewWords) {
    std::uint32_t greatest = 0;
    for (std::size_t i = 0; i < count; ++i) {
      const std::uint32_t code = code_at(i);
      greatest = std::max(greatest, code);
      ++all[code];
    }
    used_ = std::max<std::size_t>(used_, greatest + 1);
    return;
  }
  std::uint32_t counts[kTurns][kFewWords] = {};
  std::size_t first = 0;
  for (; first + kTurns <= count; first += kTurns) {
    ++counts[0][code_at(first)];
    ++counts[1][code_at(first + 1)];
    ++counts[2][code_at(first + 2)];
    ++counts[3][code_at(first + 3)];
  }
  for (; first < count; ++first) ++counts[0][code_at(first)];
  for (std::size_t code = 0; code <= bound; ++code) {
    for (const auto& turn : counts) all[code] += turn[code];
  }
  used_ = std::max<std::size_t>(used_, bound + 1);
}

Result<void> CodeCounts::add(std::uint32_t code, std::size_t rows) {
  if (rows == 0) return {};
  PENSTOCK_TRY(make_room(code));
  counts_[code] += static_cast<std::uint32_t>(rows);
  used_ = std::max<std::size_t>(used_, std::size_t{code} + 1);
  return {};
}

Result<std::uint64_t> count_bots(ChunkRows& rows) {
  auto codes = rows.codes(kBotColumn);
  if (!codes) return fail(codes.error());
  if (codes->kept != Columns::Kept::kCodes) return 0;
  std::uint64_t bots = 0;
  for (const std::uint16_t position : rows.positions()) bots += codes->codes[position] & 1;
  return bots;
}

Result<std::uint64_t> leave_out_bots(ChunkRows& rows) {
  auto codes = rows.codes(kBotColumn);
  if (!codes) return fail(codes.error());
  if (codes->kept != Columns::Kept::kCodes) return 0;
  std::array<std::uint16_t, kChunkRowsMax> others;
  std::size_t kept = 0;
  for (const std::uint16_t position : rows.positions()) {
    others[kept] = position;
    kept += ~codes->codes[position] & 1;
  }
  const std::size_t bots = rows.positions().size() - kept;
  if (bots > 0) rows.narrow(std::span(others).first(kept));
  return bots;
}

FirstRows::FirstRows(Order order, const Range& range, const RowPlace* after, std::size_t count)
    : order_(order),
      count_(count),
      range_(range),
      after_(after != nullptr ? *after : RowPlace{}),
      has_after_(after != nullptr) {
  PENSTOCK_CHECK(count > 0);
  if (!has_after_) return;
  if (order == Order::kNewestFirst) {
    range_.to_ms = std::min(range_.to_ms, after_.at_ms + 1);
  } else {
    range_.from_ms = std::max(range_.from_ms, after_.at_ms);
  }
}

ChunkOrder FirstRows::chunk_order() const {
  return order_ == Order::kNewestFirst ? ChunkOrder::kNewestFirst : ChunkOrder::kOldestFirst;
}

bool FirstRows::is_before(const RowPlace& a, const RowPlace& b) const {
  return order_ == Order::kNewestFirst ? b < a : a < b;
}

Result<void> FirstRows::add(ChunkRows& rows) {
  auto times = rows.times();
  if (!times) return fail(times.error());
  auto row_ids = rows.row_ids();
  if (!row_ids) return fail(row_ids.error());
  const auto take = [&](std::uint16_t position) {
    add({(*times)[position], (*row_ids)[position]});
  };
  // Rows stand nearly in the order of their times: what is found first stays.
  const auto positions = rows.positions();
  if (order_ == Order::kNewestFirst) {
    std::for_each(positions.rbegin(), positions.rend(), take);
  } else {
    std::for_each(positions.begin(), positions.end(), take);
  }
  narrow();
  return {};
}

void FirstRows::add(const RowPlace& place) {
  if (has_after_ && !is_before(after_, place)) return;
  const auto by_order = [this](const RowPlace& a, const RowPlace& b) { return is_before(a, b); };
  if (is_full()) {
    if (!is_before(place, heap_.front())) return;
    std::pop_heap(heap_.begin(), heap_.end(), by_order);
    heap_.back() = place;
  } else {
    heap_.push_back(place);
  }
  std::push_heap(heap_.begin(), heap_.end(), by_order);
}

// Rows of the last one's own millisecond may still stand before it.
void FirstRows::narrow() {
  if (heap_.size() < count_) return;
  if (order_ == Order::kNewestFirst) {
    range_.from_ms = std::max(range_.from_ms, heap_.front().at_ms);
  } else {
    range_.to_ms = std::min(range_.to_ms, heap_.front().at_ms + 1);
  }
}

std::vector<RowPlace> FirstRows::take() {
  std::sort_heap(heap_.begin(), heap_.end(),
                 [this](const RowPlace& a, const RowPlace& b) { return is_before(a, b); });
  return std::exchange(heap_, {});
}

}  // namespace penstock::store
