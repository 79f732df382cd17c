// Blocks that no writer wrote: every reader of them must say so or give numbers that it has room
// for, and what was read must be written as a block that reads the same.
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/check.h"
#include "store/columns/columns.h"
#include "store/columns/int_block.h"
#include "store/columns/row_runs.h"
#include "store/columns/text_block.h"
#include "store/columns/visit_blocks.h"
#include "store/columns/words.h"

namespace {

using namespace penstock;         // NOLINT(google-build-using-namespace): a program of one file.
using namespace penstock::store;  // NOLINT(google-build-using-namespace)

constexpr std::size_t kRows = 5;

void read_numbers(std::string_view bytes) {
  std::vector<std::int64_t> numbers(kRows);
  if (read_int_block(bytes, numbers)) {
    std::string again;
    append_int_block(numbers, again);
    std::vector<std::int64_t> read(kRows);
    PENSTOCK_CHECK(read_int_block(again, read).has_value() && read == numbers);
  }
  if (read_row_runs(bytes, numbers)) {
    for (std::size_t i = 1; i < kRows; ++i) PENSTOCK_CHECK(numbers[i] > numbers[i - 1]);
    std::string again;
    append_row_runs(numbers, again);
    std::vector<std::int64_t> read(kRows);
    PENSTOCK_CHECK(read_row_runs(again, read).has_value() && read == numbers);
  }
}

void read_texts(std::string_view bytes) {
  std::string again;
  const auto read = visit_texts(bytes, [&](std::string_view text) { append_text(text, again); });
  if (!read) return;
  std::string packed = again;
  pack_texts(packed);
  std::string unpacked;
  PENSTOCK_CHECK(
      visit_texts(packed, [&](std::string_view text) { append_text(text, unpacked); }).has_value());
  PENSTOCK_CHECK(unpacked == again);
}

void read_columns(std::string_view bytes) {
  constexpr ColumnNumber kPath = column_number(Dimension::kPath);
  MemoryBlocks blocks;
  for (const ColumnNumber column : {kRowColumn, kTimeColumn, kWholeVisitorColumn,
                                    kUpperVisitorColumn, kLowerVisitorColumn, kPath}) {
    PENSTOCK_CHECK(blocks.put({BlockKind::kValues, column, 0}, bytes).has_value());
  }
  PENSTOCK_CHECK(blocks.put({BlockKind::kHashes, kPath, 0}, bytes).has_value());
  PENSTOCK_CHECK(blocks.put({BlockKind::kTexts, kPath, 0}, bytes).has_value());
  const ChunkInfo chunk{0, kRows, 0, 10, 0, 10};
  Columns columns(blocks, {&chunk, 1}, {});
  std::vector<std::int64_t> numbers(kRows);
  std::vector<std::uint32_t> upper(kRows);
  std::vector<std::uint32_t> lower(kRows);
  std::vector<std::uint32_t> codes(kRows);
  static_cast<void>(columns.rows(chunk, numbers));
  static_cast<void>(columns.times(chunk, numbers));
  static_cast<void>(columns.visitors(chunk, upper, lower));
  static_cast<void>(columns.codes(chunk, kPath, codes));
  static_cast<void>(columns.find(kPath, "a"));
  static_cast<void>(columns.text(kPath, 3));
  static_cast<void>(Words::load(blocks, kPath));
}

void read_visits(std::string_view bytes) {
  constexpr std::uint32_t kParts = 5;
  std::vector<VisitPlace> places(kRows);
  if (read_visit_places(bytes, kParts, places)) {
    for (const VisitPlace place : places) PENSTOCK_CHECK(part_number(place) <= kParts);
    std::string again;
    append_visit_places(places, again);
    std::vector<VisitPlace> read(kRows);
    PENSTOCK_CHECK(read_visit_places(again, kParts, read).has_value() && read == places);
  }
  MemoryBlocks blocks;
  for (const ColumnNumber column : {kVisitParts, kVisitEdgeKeys, kVisitHead}) {
    PENSTOCK_CHECK(blocks.put({BlockKind::kVisits, column, 0}, bytes).has_value());
  }
  static_cast<void>(read_visit_head(blocks));
  for (const std::uint32_t count : {1u, kParts}) {
    const auto parts = read_visit_parts(blocks, count);
    if (!parts) continue;
    MemoryBlocks written;
    PENSTOCK_CHECK(write_visit_parts(*parts, written).has_value());
    const auto again = read_visit_parts(written, count);
    PENSTOCK_CHECK(again.has_value() && *again == *parts);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  read_numbers(bytes);
  read_texts(bytes);
  read_columns(bytes);
  read_visits(bytes);
  return 0;
}
