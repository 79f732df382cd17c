#include "store/columns/words.h"

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "base/hash.h"
#include "store/columns/text_block.h"
#include "store/rollup/rollup_sink.h"

namespace penstock::store {
namespace {

constexpr std::size_t kTableSlotsMin = 64;

std::uint32_t floor_to(std::uint32_t value, std::uint32_t step) { return value - value % step; }

}  // namespace

Words::Words(ColumnNumber column) : column_(column), table_(kTableSlotsMin) {
  add({});
  add(kOtherValue);
}

Result<Words> Words::load(BlockSource& blocks, ColumnNumber column) {
  Words words(column);
  for (std::uint32_t number = 0;; ++number) {
    Result<void> read;
    auto is_there = blocks.read({BlockKind::kTexts, column, number}, [&](std::string_view bytes) {
      std::uint32_t code = number * kTextsABlock;
      read = visit_texts(bytes, [&](std::string_view text) {
        // The first two are there already.
        if (code++ >= kFirstCode) words.add(text);
      });
      if (read && code != words.size()) read = fail(ErrorCode::kCorrupt, "read a dictionary");
    });
    if (!is_there) return fail(is_there.error());
    if (!read) return fail(read.error());
    if (!*is_there) break;
    // Only the last block may have room.
    if (words.size() % kTextsABlock != 0) break;
  }
  if (words.size() > kFirstCode) words.flushed_ = words.size();
  return words;
}

std::uint32_t Words::add(std::string_view text) {
  const std::uint32_t code = size();
  texts_ += text;
  ends_.push_back(texts_.size());
  keys_.push_back(hash64(text, column_));
  if ((ends_.size() + 1) * 2 > table_.size()) {
    grow_table();
  } else {
    insert_into_table(code);
  }
  return code;
}

void Words::insert_into_table(std::uint32_t code) {
  const std::size_t mask = table_.size() - 1;
  std::size_t slot = keys_[code] & mask;
  while (table_[slot] != 0) slot = (slot + 1) & mask;
  table_[slot] = code + 1;
}

void Words::grow_table() {
  table_.assign(table_.size() * 4, 0);
  for (std::uint32_t code = 0; code < size(); ++code) insert_into_table(code);
}

std::uint32_t Words::code_of(std::string_view text) {
  if (text.empty()) return kEmptyCode;
  const std::uint64_t key = hash64(text, column_);
  const std::size_t mask = table_.size() - 1;
  for (std::size_t slot = key & mask; table_[slot] != 0; slot = (slot + 1) & mask) {
    const std::uint32_t code = table_[slot] - 1;
    if (keys_[code] == key && this->text(code) == text) return code;
  }
  if (size() >= words_max(column_)) return kOtherCode;
  return add(text);
}

std::string_view Words::text(std::uint32_t code) const {
  PENSTOCK_CHECK(code < size());
  const std::size_t begin = code == 0 ? 0 : ends_[code - 1];
  return std::string_view(texts_).substr(begin, ends_[code] - begin);
}

std::size_t Words::bytes() const {
  return texts_.capacity() + ends_.capacity() * sizeof(std::size_t) +
         keys_.capacity() * sizeof(std::uint64_t) + table_.capacity() * sizeof(std::uint32_t);
}

Result<void> Words::flush(BlockSink& sink, const crypto::HashKey& key) {
  // The two that every dictionary has need no block of their own.
  if (flushed_ == size() || size() == kFirstCode) return {};
  std::string block;
  for (std::uint32_t code = floor_to(flushed_, kHashesABlock); code < size();) {
    const std::uint32_t number = code / kHashesABlock;
    const std::uint32_t end = std::min(size(), code + kHashesABlock);
    block.clear();
    for (; code < end; ++code) {
      const std::uint64_t hash = crypto::keyed_hash(key, text(code));
      block.append(reinterpret_cast<const char*>(&hash), sizeof hash);
    }
    PENSTOCK_TRY(sink.put({BlockKind::kHashes, column_, number}, block));
  }
  for (std::uint32_t code = floor_to(flushed_, kTextsABlock); code < size();) {
    const std::uint32_t number = code / kTextsABlock;
    const std::uint32_t end = std::min(size(), code + kTextsABlock);
    block.clear();
    for (; code < end; ++code) append_text(text(code), block);
    pack_texts(block);
    PENSTOCK_TRY(sink.put({BlockKind::kTexts, column_, number}, block));
  }
  flushed_ = size();
  return {};
}

}  // namespace penstock::store
