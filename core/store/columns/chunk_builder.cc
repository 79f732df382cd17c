#include "store/columns/chunk_builder.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/bytes.h"
#include "base/check.h"
#include "store/columns/int_block.h"
#include "store/columns/row_runs.h"
#include "store/contract/dimension.h"
#include "store/rollup/visitor.h"

namespace penstock::store {
namespace {

// Deeper properties have no value here, so nothing is to be read of them.
constexpr std::uint32_t kNestingMax = 1'000;

// The word columns that every row has, by slot.
constexpr auto kWordColumns = [] {
  std::array<ColumnNumber, 1 + kDimensions> columns{kBotColumn};
  for (int i = 0; i < kDimensions; ++i) {
    columns[1 + static_cast<std::size_t>(i)] = column_number(static_cast<Dimension>(i));
  }
  return columns;
}();
constexpr std::size_t kBotSlot = 0;

bool is_all_empty(std::span<const std::uint32_t> codes) {
  return std::all_of(codes.begin(), codes.end(),
                     [](std::uint32_t code) { return code == kEmptyCode; });
}

}  // namespace

Result<Words*> Dictionaries::of(ColumnNumber column) {
  const auto found = words_.find(column);
  if (found != words_.end()) return &found->second;
  if (blocks_ == nullptr) return &words_.emplace(column, Words(column)).first->second;
  auto loaded = Words::load(*blocks_, column);
  if (!loaded) return fail(loaded.error());
  return &words_.emplace(column, *std::move(loaded)).first->second;
}

Result<void> Dictionaries::flush(BlockSink& sink, const crypto::HashKey& key) {
  for (auto& [column, words] : words_) PENSTOCK_TRY(words.flush(sink, key));
  return {};
}

std::size_t Dictionaries::bytes() const {
  std::size_t sum = 0;
  for (const auto& [column, words] : words_) sum += words.bytes();
  return sum;
}

Result<void> visit_properties(
    json::Reader& reader, std::string_view properties,
    FunctionRef<Result<void>(std::string_view key, std::string_view value)> visit) {
  return reader.read(properties, [&](json::Value& root) -> Result<void> {
    if (root.kind() != json::Kind::kObject) return {};
    return root.members([&](std::string_view key, json::Value& value) -> Result<void> {
      if (value.kind() == json::Kind::kObject || value.kind() == json::Kind::kArray) return {};
      auto text = value.kind() == json::Kind::kString ? value.string() : value.raw(kNestingMax);
      if (!text) return fail(text.error());
      return visit(key, dimension_value(*text));
    });
  });
}

ChunkBuilder::ChunkBuilder(Dictionaries& words)
    : words_(words), words_of_slot_(kWordColumns.size()), codes_(kWordColumns.size()) {}

Result<void> ChunkBuilder::add_word(std::size_t slot, std::string_view text) {
  if (text.empty()) {
    codes_[slot].push_back(kEmptyCode);
    return {};
  }
  if (words_of_slot_[slot] == nullptr) {
    auto words = words_.of(kWordColumns[slot]);
    if (!words) return fail(words.error());
    words_of_slot_[slot] = *words;
  }
  Words& words = *words_of_slot_[slot];
  std::vector<std::uint32_t>& codes = codes_[slot];
  // Most rows have the word of the row before, which is compared in less time than it is hashed in.
  const bool is_as_before =
      !codes.empty() && codes.back() >= kFirstCode && words.text(codes.back()) == text;
  codes.push_back(is_as_before ? codes.back() : words.code_of(text));
  return {};
}

Result<void> ChunkBuilder::add(std::int64_t row_id, const event::Row& row) {
  PENSTOCK_CHECK(!is_full() && (row_ids_.empty() || row_id > row_ids_.back()));
  row_ids_.push_back(row_id);
  times_.push_back(row.record.occurred_at_ms);
  const std::uint64_t visitor = visitor_hash(row.record);
  upper_visitors_.push_back(static_cast<std::uint32_t>(visitor >> 32));
  lower_visitors_.push_back(static_cast<std::uint32_t>(visitor));
  codes_[kBotSlot].push_back(row.is_bot ? 1 : 0);
  for (int i = 0; i < kDimensions; ++i) {
    PENSTOCK_TRY(
        add_word(static_cast<std::size_t>(1 + i), value_of(row, static_cast<Dimension>(i))));
  }
  return add_properties(row.record.properties);
}

// Properties that are no JSON, by a person's hand, have no values; the row counts all the same.
//
// A text that is bad at its end may have left keys that are in no row: they are asked in vain.
Result<void> ChunkBuilder::add_properties(std::string_view properties) {
  if (properties.size() <= 2) return {};  // {}
  if (repeat_properties(properties)) return {};
  auto keys = words_.of(kKeyColumn);
  if (!keys) return fail(keys.error());
  text_ = properties;
  reserve_padding(text_);
  const std::size_t before = properties_.size();
  const std::size_t values_before = values_.size();
  std::uint32_t count = 0;
  const auto read = visit_properties(
      reader_, text_, [&](std::string_view key, std::string_view value) -> Result<void> {
        const std::uint32_t code = (*keys)->code_of(dimension_value(key));
        if (count++ >= kPropertiesARow) {
          unheld_keys_.insert(code);
          return {};
        }
        properties_.push_back({code, rows() - 1, static_cast<std::uint32_t>(values_.size()),
                               static_cast<std::uint32_t>(value.size())});
        values_ += value;
        return {};
      });
  first_property_ = before;
  property_count_ = properties_.size() - before;
  if (!read) {
    properties_.resize(before);
    values_.resize(values_before);
    text_.clear();
  }
  return {};
}

// False where they are not those that were read last. Their values serve again; keys without values
// are noted already.
bool ChunkBuilder::repeat_properties(std::string_view properties) {
  if (text_ != properties) return false;
  for (std::size_t i = 0; i < property_count_; ++i) {
    Property property = properties_[first_property_ + i];
    property.position = rows() - 1;
    properties_.push_back(property);
  }
  return true;
}

// Those that most rows have get a column; of the others a block without bytes says that they are
// there.
Result<void> ChunkBuilder::write_properties(std::uint32_t number, BlockSink& sink) {
  std::map<std::uint32_t, std::vector<const Property*>> by_key;
  for (const Property& property : properties_) by_key[property.key].push_back(&property);
  for (const std::uint32_t key : unheld_keys_) by_key.try_emplace(key);
  std::vector<std::pair<std::size_t, std::uint32_t>> ranking;
  ranking.reserve(by_key.size());
  for (const auto& [key, members] : by_key) ranking.emplace_back(members.size(), key);
  std::sort(ranking.begin(), ranking.end(), [](const auto& a, const auto& b) {
    return a.first != b.first ? a.first > b.first : a.second < b.second;
  });

  std::vector<std::uint32_t> codes(rows());
  std::string block;
  std::uint32_t columns = 0;
  for (const auto& [count, key] : ranking) {
    const ColumnNumber column = property_column(key);
    block.clear();
    if (columns < kPropertiesAChunk && key != kOtherCode && !unheld_keys_.contains(key)) {
      ++columns;
      auto words = words_.of(column);
      if (!words) return fail(words.error());
      std::fill(codes.begin(), codes.end(), kEmptyCode);
      for (const Property* property : by_key[key]) {
        const std::string_view value =
            std::string_view(values_).substr(property->begin, property->bytes);
        codes[property->position] = (*words)->code_of(value);
      }
      append_int_block(codes, block);
    }
    PENSTOCK_TRY(sink.put({BlockKind::kValues, column, number}, block));
  }
  return {};
}

Result<ChunkInfo> ChunkBuilder::write(std::uint32_t number, BlockSink& sink,
                                      const crypto::HashKey& key) {
  PENSTOCK_CHECK(rows() > 0);
  std::string block;
  const auto put = [&](ColumnNumber column) {
    return sink.put({BlockKind::kValues, column, number}, block);
  };
  append_row_runs(row_ids_, block);
  PENSTOCK_TRY(put(kRowColumn));
  block.clear();
  append_int_block(times_, block);
  PENSTOCK_TRY(put(kTimeColumn));
  for (const auto& [column, halves] : {std::pair(kUpperVisitorColumn, &upper_visitors_),
                                       std::pair(kLowerVisitorColumn, &lower_visitors_)}) {
    block.assign(reinterpret_cast<const char*>(halves->data()),
                 halves->size() * sizeof(std::uint32_t));
    PENSTOCK_TRY(put(column));
  }
  for (std::size_t slot = 0; slot < codes_.size(); ++slot) {
    if (is_all_empty(codes_[slot])) continue;
    block.clear();
    append_int_block(codes_[slot], block);
    PENSTOCK_TRY(put(kWordColumns[slot]));
  }
  PENSTOCK_TRY(write_properties(number, sink));
  PENSTOCK_TRY(words_.flush(sink, key));
  const auto [first_at, last_at] = std::minmax_element(times_.begin(), times_.end());
  return ChunkInfo{number, rows(), row_ids_.front(), row_ids_.back(), *first_at, *last_at};
}

Result<ChunkInfo> ChunkBuilder::seal(std::uint32_t number, BlockSink& sink,
                                     const crypto::HashKey& key) {
  auto chunk = write(number, sink, key);
  clear();
  return chunk;
}

void ChunkBuilder::clear() {
  row_ids_.clear();
  times_.clear();
  upper_visitors_.clear();
  lower_visitors_.clear();
  for (auto& codes : codes_) codes.clear();
  properties_.clear();
  unheld_keys_.clear();
  values_.clear();
  text_.clear();
}

}  // namespace penstock::store
