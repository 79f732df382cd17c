#include "store/columns/word_totals.h"

#include <algorithm>
#include <functional>

#include "store/rollup/rollup_sink.h"

namespace penstock::store {
namespace {

// Slots that are on their way from memory at once.
constexpr std::size_t kPrefetched = 24;
// Pairs of rounds are not without end, whatever was made of the files.
constexpr std::size_t kApartMax = 64;
// Words of a part's front, at least; many for each word of the list that is asked for.
constexpr std::size_t kFrontMin = 1'024;
constexpr std::size_t kFrontALine = 8;
// Frequencies that are told apart when a front is chosen.
constexpr std::size_t kFrequencies = 4'096;

std::uint32_t count_at(std::span<const std::uint32_t> counts, std::size_t code) {
  return code < counts.size() ? counts[code] : 0;
}

}  // namespace

void WordTotals::clear_slots() {
  slots_.assign(kSlotsMin, {});
  used_ = 0;
}

void WordTotals::begin() {
  clear_slots();
  waiting_.clear();
  part_ends_.clear();
  texts_.clear();
  empty_ = other_ = 0;
  winners_.clear();
  must_repeat_ = false;
}

// A dictionary under another key has to be hashed anew: by its texts, a word after the other.
template <class IsWanted, class Use>
Result<void> WordTotals::visit_hashes(Columns& columns, ColumnNumber column, IsWanted is_wanted,
                                      Use use) {
  if (!key_) key_ = columns.key();
  const bool is_same_key = columns.key() == *key_;
  std::uint32_t words = 0;
  PENSTOCK_TRY(
      columns.hashes(column, [&](std::uint32_t first_code, std::span<const std::uint64_t> hashes) {
        words = first_code + static_cast<std::uint32_t>(hashes.size());
        if (!is_same_key) return;
        for (std::size_t i = 0; i < hashes.size(); ++i) {
          const auto code = first_code + static_cast<std::uint32_t>(i);
          if (code >= kFirstCode && is_wanted(code)) use(code, hashes[i]);
        }
      }));
  if (is_same_key) return {};
  for (std::uint32_t code = kFirstCode; code < words; ++code) {
    if (!is_wanted(code)) continue;
    auto text = columns.text(column, code);
    if (!text) return fail(text.error());
    use(code, crypto::keyed_hash(*key_, *text));
  }
  return {};
}

Result<void> WordTotals::add(Columns& columns, ColumnNumber column,
                             std::span<const std::uint32_t> counts) {
  empty_ += count_at(counts, kEmptyCode);
  other_ += count_at(counts, kOtherCode);
  if (!apart_.empty()) return add_apart(columns, column, counts);
  std::uint64_t left = 0;
  for (std::size_t code = kFirstCode; code < counts.size(); ++code) left += counts[code];
  if (left == 0) return {};
  PENSTOCK_TRY(visit_hashes(
      columns, column, [&](std::uint32_t code) { return count_at(counts, code) > 0; },
      [&](std::uint32_t code, std::uint64_t hash) {
        left -= counts[code];
        waiting_.push_back({hash, counts[code]});
      }));
  end_part();
  if (left > 0) return fail(ErrorCode::kCorrupt, "find a word of a dictionary");
  return {};
}

Result<void> WordTotals::add_apart(Columns& columns, ColumnNumber column,
                                   std::span<const std::uint32_t> counts) {
  std::vector<std::uint32_t> by_text;
  PENSTOCK_TRY(visit_hashes(
      columns, column, [&](std::uint32_t code) { return count_at(counts, code) > 0; },
      [&](std::uint32_t code, std::uint64_t hash) {
        if (apart_.contains(hash)) {
          by_text.push_back(code);
        } else {
          waiting_.push_back({hash, counts[code]});
        }
      }));
  end_part();
  for (const std::uint32_t code : by_text) {
    auto text = columns.text(column, code);
    if (!text) return fail(text.error());
    texts_[*text] += counts[code];
  }
  return {};
}

void WordTotals::add_text(std::string_view text, std::uint64_t events) {
  if (text.empty()) {
    empty_ += events;
    return;
  }
  if (text == kOtherValue) {
    other_ += events;
    return;
  }
  const auto found = texts_.find(std::string(text));
  if (found != texts_.end()) {
    found->second += events;
  } else if (texts_.size() < kTextsKept) {
    texts_.emplace(text, events);
  } else {
    other_ += events;
  }
}

void WordTotals::end_part() {
  part_ends_.push_back(waiting_.size());
  if (waiting_.size() > kApartWords) merge_waiting();
}

void WordTotals::merge_waiting() {
  // In pieces, since the table has to have room for all words of one.
  for (std::span<const Slot> left = waiting_; !left.empty();) {
    const std::size_t piece = std::min(kSlotsMin, left.size());
    merge(left.first(piece));
    left = left.subspan(piece);
  }
  waiting_.clear();
  part_ends_.clear();
}

std::span<const WordTotals::Slot> WordTotals::part(std::size_t number) const {
  const std::size_t start = number == 0 ? 0 : part_ends_[number - 1];
  return std::span(waiting_).subspan(start, part_ends_[number] - start);
}

bool WordTotals::narrow() {
  if (used_ > 0) return false;  // Some were merged before.
  const std::size_t front = std::max(kFrontMin, kFrontALine * limit_);
  std::vector<std::uint64_t> least(part_ends_.size());  // Events of a word of the part's front.
  std::uint64_t left_out = 0;                           // At most, of a word that is in no front.
  std::vector<std::uint32_t> frequencies(kFrequencies);
  for (std::size_t number = 0; number < part_ends_.size(); ++number) {
    frequencies.assign(kFrequencies, 0);
    for (const Slot& word : part(number)) ++frequencies[std::min(word.events, kFrequencies - 1)];
    std::size_t words = 0;
    std::size_t frequency = kFrequencies;
    while (frequency > 1 && words < front) words += frequencies[--frequency];
    least[number] = frequency;
    left_out += frequency - 1;
    for (const Slot& word : part(number)) {
      if (word.events >= frequency) merge(std::span(&word, 1));
    }
  }
  const auto is_winner = [&](const Slot& slot) { return slot.events > left_out; };
  if (std::count_if(slots_.begin(), slots_.end(), is_winner) < std::ptrdiff_t{limit_}) {
    clear_slots();
    return false;
  }
  look_for_nothing();
  for (const Slot& slot : slots_) {
    if (slot.events != 0) look_for(slot.hash);
  }
  for (std::size_t number = 0; number < part_ends_.size(); ++number) {
    for (const Slot& word : part(number)) {
      if (word.events >= least[number] || !may_look_for(word.hash)) continue;
      if (Slot* slot = find(word.hash)) slot->events += word.events;
    }
  }
  return true;
}

WordTotals::Slot* WordTotals::find(std::uint64_t hash) {
  const std::size_t mask = slots_.size() - 1;
  std::size_t at = hash & mask;
  while (slots_[at].events != 0 && slots_[at].hash != hash) at = (at + 1) & mask;
  return slots_[at].events != 0 ? &slots_[at] : nullptr;
}

// A table of megabytes is in no cache: the slots are fetched ahead.
void WordTotals::merge(std::span<const Slot> words) {
  while ((used_ + words.size()) * 4 > slots_.size() * 3 && used_ < kWordsKept) grow();
  const std::size_t mask = slots_.size() - 1;
  for (std::size_t i = 0; i < std::min(kPrefetched, words.size()); ++i) {
    __builtin_prefetch(&slots_[words[i].hash & mask], 1);
  }
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i + kPrefetched < words.size()) {
      __builtin_prefetch(&slots_[words[i + kPrefetched].hash & mask], 1);
    }
    merge_one(words[i]);
  }
}

void WordTotals::merge_one(const Slot& word) {
  const std::size_t mask = slots_.size() - 1;
  std::size_t at = word.hash & mask;
  while (slots_[at].events != 0 && slots_[at].hash != word.hash) at = (at + 1) & mask;
  if (slots_[at].events != 0) {
    slots_[at].events += word.events;
  } else if (used_ < kWordsKept) {
    slots_[at] = word;
    ++used_;
  } else {
    other_ += word.events;
  }
}

void WordTotals::grow() {
  std::vector<Slot> before(slots_.size() * 2);
  before.swap(slots_);
  const std::size_t mask = slots_.size() - 1;
  for (const Slot& slot : before) {
    if (slot.events == 0) continue;
    std::size_t at = slot.hash & mask;
    while (slots_[at].events != 0) at = (at + 1) & mask;
    slots_[at] = slot;
  }
}

// What rows said counts with what columns say of the same word.
void WordTotals::add_texts() {
  if (!key_) key_ = crypto::random_hash_key();
  for (auto text = texts_.begin(); text != texts_.end();) {
    const std::uint64_t hash = crypto::keyed_hash(*key_, text->first);
    if (apart_.contains(hash)) {
      ++text;
      continue;
    }
    if (text->second > 0) waiting_.push_back({hash, text->second});
    text->second = 0;  // Its text may still be wanted.
    ++text;
  }
  end_part();
}

void WordTotals::choose() {
  add_texts();
  if (!narrow()) merge_waiting();
  look_for_nothing();
  std::vector<std::uint64_t> counts;
  for (const Slot& slot : slots_) {
    if (slot.events != 0) counts.push_back(slot.events);
  }
  if (counts.empty() || limit_ == 0) return;
  const std::size_t kept = std::min<std::size_t>(limit_, counts.size());
  std::nth_element(counts.begin(), counts.begin() + static_cast<std::ptrdiff_t>(kept - 1),
                   counts.end(), std::greater<>());
  const std::uint64_t least = counts[kept - 1];
  const auto more = static_cast<std::size_t>(
      std::count_if(counts.begin(), counts.begin() + static_cast<std::ptrdiff_t>(kept),
                    [=](std::uint64_t events) { return events > least; }));
  std::vector<std::uint64_t> ties;
  for (const Slot& slot : slots_) {
    if (slot.events > least) {
      winners_[slot.hash] = {slot.events, std::nullopt};
    } else if (slot.events == least && slot.events != 0) {
      ties.push_back(slot.hash);
    }
  }
  const std::size_t read = std::max(kTiesMax, kept - more);
  if (ties.size() > read) {
    // Always the same ones, so that a page does not change from one look to the next.
    std::nth_element(ties.begin(), ties.begin() + static_cast<std::ptrdiff_t>(read), ties.end());
    ties.resize(read);
  }
  for (const std::uint64_t hash : ties) winners_[hash] = {least, std::nullopt};
  for (const auto& [hash, winner] : winners_) look_for(hash);
  for (const auto& [text, events] : texts_) {
    const std::uint64_t hash = crypto::keyed_hash(*key_, text);
    if (!apart_.contains(hash)) note(hash, text);
  }
}

void WordTotals::look_for_nothing() { filter_.assign((std::size_t{1} << kFilterBits) / 64, 0); }

void WordTotals::look_for(std::uint64_t hash) {
  const std::uint64_t bit = hash >> (64 - kFilterBits);
  filter_[bit / 64] |= std::uint64_t{1} << bit % 64;
}

bool WordTotals::may_look_for(std::uint64_t hash) const {
  const std::uint64_t bit = hash >> (64 - kFilterBits);
  return (filter_[bit / 64] >> bit % 64 & 1) != 0;
}

void WordTotals::note(std::uint64_t hash, std::string_view text) {
  const auto winner = winners_.find(hash);
  if (winner == winners_.end()) return;
  if (!winner->second.text) {
    winner->second.text = text;
  } else if (*winner->second.text != text && apart_.size() < kApartMax) {
    apart_.insert(hash);
    must_repeat_ = true;
  }
}

Result<void> WordTotals::name(Columns& columns, ColumnNumber column) {
  if (winners_.empty()) return {};
  std::vector<std::pair<std::uint32_t, std::uint64_t>> found;
  PENSTOCK_TRY(visit_hashes(
      columns, column, [](std::uint32_t) { return true; },
      [&](std::uint32_t code, std::uint64_t hash) {
        if (may_look_for(hash) && winners_.contains(hash)) found.emplace_back(code, hash);
      }));
  for (const auto& [code, hash] : found) {
    auto text = columns.text(column, code);
    if (!text) return fail(text.error());
    note(hash, *text);
  }
  return {};
}

std::vector<TopEntry> WordTotals::entries() const {
  std::vector<TopEntry> entries;
  // Without a text: its day was removed between the rounds.
  for (const auto& [hash, winner] : winners_) {
    if (winner.text) entries.push_back({*winner.text, winner.events});
  }
  for (const auto& [text, events] : texts_) {
    if (events > 0) entries.push_back({text, events});
  }
  if (other_ > 0) entries.push_back({std::string(kOtherValue), other_});
  if (empty_ > 0) entries.push_back({{}, empty_});
  const auto kept = std::min<std::size_t>(limit_, entries.size());
  std::partial_sort(entries.begin(), entries.begin() + static_cast<std::ptrdiff_t>(kept),
                    entries.end(), [](const TopEntry& a, const TopEntry& b) {
                      return a.events != b.events ? a.events > b.events : a.value < b.value;
                    });
  entries.resize(kept);
  return entries;
}

}  // namespace penstock::store
