#include "store/columns/columns.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <vector>

#include "store/columns/int_block.h"
#include "store/columns/row_runs.h"
#include "store/columns/text_block.h"
#include "store/rollup/rollup_sink.h"

namespace penstock::store {
namespace {

constexpr const char* kMissing = "find a block of a chunk";

}  // namespace

Result<bool> Columns::numbers(const ChunkInfo& chunk, ColumnNumber column,
                              std::span<std::int64_t> out) {
  Result<void> read;
  auto is_there = blocks_.read({BlockKind::kValues, column, chunk.number},
                               [&](std::string_view bytes) { read = read_int_block(bytes, out); });
  if (!is_there) return fail(is_there.error());
  if (!read) return fail(read.error());
  return *is_there;
}

Result<void> Columns::times(const ChunkInfo& chunk, std::span<std::int64_t> out) {
  auto is_there = numbers(chunk, kTimeColumn, out.first(chunk.rows));
  if (!is_there) return fail(is_there.error());
  if (!*is_there) return fail(ErrorCode::kCorrupt, kMissing);
  return {};
}

Result<bool> Columns::halves(const ChunkInfo& chunk, ColumnNumber column,
                             std::span<std::uint32_t> out) {
  const std::size_t wanted = std::size_t{chunk.rows} * sizeof(std::uint32_t);
  bool is_whole = false;
  auto is_there =
      blocks_.read({BlockKind::kValues, column, chunk.number}, [&](std::string_view bytes) {
        is_whole = bytes.size() == wanted;
        if (is_whole) std::memcpy(out.data(), bytes.data(), wanted);
      });
  if (!is_there) return fail(is_there.error());
  if (*is_there && !is_whole) return fail(ErrorCode::kCorrupt, "read the halves of hashes");
  return *is_there;
}

Result<void> Columns::visitors(const ChunkInfo& chunk, std::span<std::uint32_t> upper,
                               std::span<std::uint32_t> lower) {
  auto is_there = halves(chunk, kUpperVisitorColumn, upper);
  if (!is_there) return fail(is_there.error());
  if (!*is_there) return whole_visitors(chunk, upper, lower);
  if (lower.empty()) return {};
  is_there = halves(chunk, kLowerVisitorColumn, lower);
  if (!is_there) return fail(is_there.error());
  if (!*is_there) return fail(ErrorCode::kCorrupt, kMissing);
  return {};
}

Result<void> Columns::whole_visitors(const ChunkInfo& chunk, std::span<std::uint32_t> upper,
                                     std::span<std::uint32_t> lower) {
  std::vector<std::int64_t> hashes(chunk.rows);
  auto is_there = numbers(chunk, kWholeVisitorColumn, hashes);
  if (!is_there) return fail(is_there.error());
  if (!*is_there) return fail(ErrorCode::kCorrupt, kMissing);
  for (std::size_t i = 0; i < hashes.size(); ++i) {
    upper[i] = static_cast<std::uint32_t>(static_cast<std::uint64_t>(hashes[i]) >> 32);
    if (!lower.empty()) lower[i] = static_cast<std::uint32_t>(hashes[i]);
  }
  return {};
}

Result<void> Columns::rows(const ChunkInfo& chunk, std::span<std::int64_t> out) {
  Result<void> read;
  auto is_there = blocks_.read(
      {BlockKind::kValues, kRowColumn, chunk.number},
      [&](std::string_view bytes) { read = read_row_runs(bytes, out.first(chunk.rows)); });
  if (!is_there) return fail(is_there.error());
  if (!*is_there) return fail(ErrorCode::kCorrupt, kMissing);
  return read;
}

Result<Columns::Kept> Columns::codes(const ChunkInfo& chunk, ColumnNumber column,
                                     std::span<std::uint32_t> out) {
  Result<void> read;
  bool is_in_rows = false;
  auto is_there =
      blocks_.read({BlockKind::kValues, column, chunk.number}, [&](std::string_view bytes) {
        is_in_rows = bytes.empty();
        if (!is_in_rows) read = read_int_block(bytes, out.first(chunk.rows));
      });
  if (!is_there) return fail(is_there.error());
  if (!read) return fail(read.error());
  if (!*is_there) return Kept::kEmpty;
  return is_in_rows ? Kept::kInRows : Kept::kCodes;
}

Result<void> Columns::hashes(
    ColumnNumber column,
    FunctionRef<void(std::uint32_t first_code, std::span<const std::uint64_t> hashes)> visit) {
  HashBlock block;
  for (std::uint32_t number = 0;; ++number) {
    auto words = read_hashes(column, number, block);
    if (!words) return fail(words.error());
    visit(number * kHashesABlock, std::span(block).first(*words));
    if (*words < kHashesABlock) return {};
  }
}

Result<void> Columns::hashes(
    ColumnNumber column, const std::vector<bool>& blocks,
    FunctionRef<void(std::uint32_t first_code, std::span<const std::uint64_t> hashes)> visit) {
  HashBlock block;
  for (std::uint32_t number = 0; number < blocks.size(); ++number) {
    if (!blocks[number]) continue;
    auto words = read_hashes(column, number, block);
    if (!words) return fail(words.error());
    visit(number * kHashesABlock, std::span(block).first(*words));
  }
  return {};
}

// The block's bytes are not aligned: they are copied.
Result<std::size_t> Columns::read_hashes(ColumnNumber column, std::uint32_t number,
                                         HashBlock& out) {
  std::size_t size = 0;
  auto is_there = blocks_.read({BlockKind::kHashes, column, number}, [&](std::string_view bytes) {
    size = bytes.size();
    if (size > 0 && size <= sizeof out) std::memcpy(out.data(), bytes.data(), size);
  });
  if (!is_there) return fail(is_there.error());
  if (size > sizeof out || size % sizeof(std::uint64_t) != 0) {
    return fail(ErrorCode::kCorrupt, "read a block of hashes");
  }
  return size / sizeof(std::uint64_t);
}

Result<Columns::Word> Columns::find(ColumnNumber column, std::string_view text) {
  if (text.empty()) return Word{Word::Known::kCode, kEmptyCode};
  if (text == kOtherValue) return Word{Word::Known::kCode, kOtherCode};
  const std::uint64_t wanted = hash_of(text);
  HashBlock block;
  std::uint32_t words = 0;
  // Frequent words come early: what is behind the word is not read.
  while (words % kHashesABlock == 0) {
    auto count = read_hashes(column, words / kHashesABlock, block);
    if (!count) return fail(count.error());
    const std::span<const std::uint64_t> hashes = std::span(block).first(*count);
    for (auto at = hashes.begin(); (at = std::find(at, hashes.end(), wanted)) != hashes.end();
         ++at) {
      const auto code = words + static_cast<std::uint32_t>(at - hashes.begin());
      auto word = this->text(column, code);
      if (!word) return fail(word.error());
      if (*word == text) return Word{Word::Known::kCode, code};
    }
    if (*count == 0) break;
    words += static_cast<std::uint32_t>(*count);
  }
  const bool is_full = words >= words_max(column);
  return Word{is_full ? Word::Known::kMaybeOther : Word::Known::kAbsent, kOtherCode};
}

Result<std::string> Columns::text(ColumnNumber column, std::uint32_t code) {
  std::string word;
  PENSTOCK_TRY(texts(column, {&code, 1}, [&](std::size_t, std::string_view text) { word = text; }));
  return word;
}

Result<void> Columns::texts(ColumnNumber column, std::span<const std::uint32_t> codes,
                            FunctionRef<void(std::size_t place, std::string_view text)> visit) {
  std::size_t place = 0;
  for (; place < codes.size() && codes[place] < kFirstCode; ++place) {
    visit(place, codes[place] == kOtherCode ? kOtherValue : std::string_view());
  }
  while (place < codes.size()) {
    const std::uint32_t block = codes[place] / kTextsABlock;
    std::uint32_t code = block * kTextsABlock;
    Result<void> read;
    auto is_there = blocks_.read({BlockKind::kTexts, column, block}, [&](std::string_view bytes) {
      read = visit_texts(bytes, [&](std::string_view text) {
        if (place < codes.size() && codes[place] == code) visit(place++, text);
        ++code;
      });
    });
    if (!is_there) return fail(is_there.error());
    if (!read) return fail(read.error());
    if (place < codes.size() && codes[place] / kTextsABlock == block) {
      return fail(ErrorCode::kCorrupt, "find a word of a dictionary");
    }
  }
  return {};
}

Result<void> Columns::texts(ColumnNumber column,
                            FunctionRef<void(std::uint32_t code, std::string_view text)> visit) {
  for (std::uint32_t code = 0;;) {
    const std::uint32_t first = code;
    Result<void> read;
    auto is_there =
        blocks_.read({BlockKind::kTexts, column, code / kTextsABlock}, [&](std::string_view bytes) {
          read = visit_texts(bytes, [&](std::string_view text) { visit(code++, text); });
        });
    if (!is_there) return fail(is_there.error());
    if (!read) return fail(read.error());
    if (!*is_there || code - first < kTextsABlock) return {};
    if (code - first > kTextsABlock) return fail(ErrorCode::kCorrupt, "read a dictionary");
  }
}

}  // namespace penstock::store
