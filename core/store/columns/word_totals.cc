#include "store/columns/word_totals.h"

#include <algorithm>
#include <array>
#include <functional>
#include <utility>

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
// Equal words are all in a front or all outside: of a larger one nothing is kept.
constexpr std::size_t kFrontKept = 4'096;
// Of small dictionaries all are: who makes one anew changes these.
constexpr std::size_t kBlocksAlwaysRead = 4;
// A word outside of a front has fewer events: they fit a byte.
constexpr std::uint32_t kFrontEvents = 256;

std::uint32_t count_at(std::span<const std::uint32_t> counts, std::size_t code) {
  return code < counts.size() ? counts[code] : 0;
}

// A sum that no step of waits for the one before; hashes are keyed, so that nobody makes two parts
// look alike.
std::uint64_t with_hash(std::uint64_t digest, std::uint32_t code, std::uint64_t hash) {
  return digest + hash * (2 * std::uint64_t{code} + 1);
}

}  // namespace

void WordTotals::begin() {
  takes_whole_parts_ = takes_whole_parts_ || is_incomplete();
  slots_.assign(kSlotsMin, {});
  used_ = 0;
  parts_.clear();
  parts_bytes_ = completed_ = named_ = 0;
  left_out_ = 0;
  texts_.clear();
  empty_ = other_ = 0;
  winners_.clear();
  must_repeat_ = false;
}

// A dictionary under another key has to be hashed anew: by its texts.
template <class Use>
Result<void> WordTotals::visit_hashes(Columns& columns, ColumnNumber column,
                                      const std::vector<bool>* blocks, Use use) {
  if (!key_) key_ = columns.key();
  if (columns.key() != *key_) {
    return columns.texts(column, [&](std::uint32_t code, std::string_view text) {
      if (code < kFirstCode) return;
      const std::size_t block = code / kHashesABlock;
      if (blocks != nullptr && (block >= blocks->size() || !(*blocks)[block])) return;
      use(code, crypto::keyed_hash(*key_, text));
    });
  }
  const auto visit = [&](std::uint32_t first_code, std::span<const std::uint64_t> hashes) {
    for (std::size_t i = first_code == 0 ? kFirstCode : 0; i < hashes.size(); ++i) {
      use(first_code + static_cast<std::uint32_t>(i), hashes[i]);
    }
  };
  return blocks == nullptr ? columns.hashes(column, visit) : columns.hashes(column, *blocks, visit);
}

Result<void> WordTotals::add(Columns& columns, ColumnNumber column,
                             std::span<const std::uint32_t> counts) {
  empty_ += count_at(counts, kEmptyCode);
  other_ += count_at(counts, kOtherCode);
  if (!apart_.empty()) return add_apart(columns, column, counts);
  Part part;
  if (counts.size() > kFirstCode) {
    const std::uint32_t least = least_of_front(counts);
    left_out_ += least - 1;
    if (least > 1) {
      part.rest.resize(counts.size());
      for (std::size_t code = kFirstCode; code < counts.size(); ++code) {
        const std::uint32_t events = counts[code];
        part.rest[code] = static_cast<std::uint8_t>(events < least ? events : 0);
      }
    }
    PENSTOCK_TRY(add_front(columns, column, counts, least, part));
  }
  parts_bytes_ += part.bytes();
  parts_.push_back(std::move(part));
  return {};
}

Result<void> WordTotals::add_front(Columns& columns, ColumnNumber column,
                                   std::span<const std::uint32_t> counts, std::uint32_t least,
                                   Part& part) {
  const bool is_whole = least == 1;
  part.blocks.resize((counts.size() + kHashesABlock - 1) / kHashesABlock);
  std::size_t left = 0;  // Words whose hashes are still to be found.
  for (std::size_t code = kFirstCode; code < counts.size(); ++code) {
    if (counts[code] < least) continue;
    ++left;
    part.blocks[code / kHashesABlock] = true;
  }
  for (std::size_t i = 0; !is_whole && i < std::min(kBlocksAlwaysRead, part.blocks.size()); ++i) {
    part.blocks[i] = true;
  }
  PENSTOCK_TRY(
      visit_hashes(columns, column, &part.blocks, [&](std::uint32_t code, std::uint64_t hash) {
        if (code >= counts.size()) return;
        if (!is_whole) part.digest = with_hash(part.digest, code, hash);
        if (counts[code] < least) return;
        --left;
        front_.push_back({hash, counts[code]});
        if (!is_whole && part.front.size() <= kFrontKept) {
          part.front.push_back({hash, code});
        }
      }));
  if (left > 0) return fail(ErrorCode::kCorrupt, "find a word of a dictionary");
  merge_front();
  if (part.front.size() > kFrontKept) part.front = {};
  return {};
}

std::uint32_t WordTotals::least_of_front(std::span<const std::uint32_t> counts) const {
  if (takes_whole_parts_ || parts_bytes_ + counts.size() > kPartsBytesMax) return 1;
  std::array<std::uint32_t, kFrontEvents + 1> words{};  // By their events.
  for (const std::uint32_t events : counts.subspan(kFirstCode)) {
    ++words[std::min(events, kFrontEvents)];
  }
  const std::size_t wanted = std::max(kFrontMin, kFrontALine * limit_);
  std::uint32_t least = kFrontEvents;
  for (std::size_t front = words[least]; least > 1 && front < wanted; front += words[least]) {
    --least;
  }
  return least;
}

Result<void> WordTotals::add_apart(Columns& columns, ColumnNumber column,
                                   std::span<const std::uint32_t> counts) {
  std::vector<std::uint32_t> by_text;
  PENSTOCK_TRY(visit_hashes(columns, column, nullptr, [&](std::uint32_t code, std::uint64_t hash) {
    const std::uint32_t events = count_at(counts, code);
    if (events == 0) return;
    if (apart_.contains(hash)) {
      by_text.push_back(code);
    } else {
      front_.push_back({hash, events});
    }
  }));
  merge_front();
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

// In pieces, since the table has to have room for all words of one.
void WordTotals::merge_front() {
  for (std::span<const Slot> left = front_; !left.empty();) {
    const std::size_t piece = std::min(kSlotsMin, left.size());
    merge(left.first(piece));
    left = left.subspan(piece);
  }
  front_.clear();
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
    if (text->second > 0) front_.push_back({hash, text->second});
    text->second = 0;  // Its text may still be wanted.
    ++text;
  }
  merge_front();
}

void WordTotals::choose() {
  add_texts();
  filter_.assign((std::size_t{1} << kFilterBits) / 64, 0);
  std::vector<std::uint64_t> events;
  for (const Slot& slot : slots_) {
    if (slot.events != 0) events.push_back(slot.events);
  }
  if (limit_ > 0 && !events.empty()) choose_winners(std::move(events));
  for (const auto& [hash, winner] : winners_) look_for(hash);
  for (const auto& [text, count] : texts_) {
    const std::uint64_t hash = crypto::keyed_hash(*key_, text);
    if (!apart_.contains(hash)) note(hash, text);
  }
}

// `events`: of each slot that is used.
void WordTotals::choose_winners(std::vector<std::uint64_t> events) {
  const std::size_t kept = std::min<std::size_t>(limit_, events.size());
  std::nth_element(events.begin(), events.begin() + static_cast<std::ptrdiff_t>(kept - 1),
                   events.end(), std::greater<>());
  const std::uint64_t last = events[kept - 1];  // Of the last winner.
  // Fewer than wanted, or a word outside of the fronts may have as many: undecided.
  if (left_out_ > 0 && (kept < limit_ || last <= left_out_)) return;
  const std::uint64_t least = last - left_out_;  // Of a word that may win.
  const auto count = [&](auto is_one) {
    return static_cast<std::size_t>(std::count_if(events.begin(), events.end(), is_one));
  };
  const std::size_t more = count([=](std::uint64_t n) { return n > least; });
  const std::size_t ties = count([=](std::uint64_t n) { return n == least; });
  std::size_t read = ties;
  if (left_out_ == 0) {
    read = std::min(ties, std::max(kTiesMax, kept - more));
  } else if (more + ties > kept + kTiesMax) {
    return;
  }
  std::vector<std::uint64_t> tied;
  for (const Slot& slot : slots_) {
    if (slot.events > least) winners_[slot.hash] = {slot.events, std::nullopt};
    if (slot.events == least) tied.push_back(slot.hash);
  }
  if (read < ties) {
    // Always the same ones, so that a page does not change from one look to the next.
    std::nth_element(tied.begin(), tied.begin() + static_cast<std::ptrdiff_t>(read), tied.end());
    tied.resize(read);
  }
  for (const std::uint64_t hash : tied) winners_[hash] = {least, std::nullopt};
}

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

Result<void> WordTotals::texts(Columns& columns, ColumnNumber column, std::span<const Word> words,
                               FunctionRef<void(const Word& word, std::string_view text)> visit) {
  std::vector<std::uint32_t> codes;
  codes.reserve(words.size());
  for (const Word& word : words) codes.push_back(word.code);
  return columns.texts(
      column, codes, [&](std::size_t place, std::string_view text) { visit(words[place], text); });
}

Result<bool> WordTotals::name_by_front(Columns& columns, ColumnNumber column, const Part& part) {
  std::vector<Word> found;
  for (const Word& word : part.front) {
    if (may_look_for(word.hash) && winners_.contains(word.hash)) found.push_back(word);
  }
  if (found.size() != winners_.size()) return false;
  std::sort(found.begin(), found.end(),
            [](const Word& a, const Word& b) { return a.code < b.code; });
  std::vector<std::string> texts;
  bool is_as_before = true;
  const auto read =
      this->texts(columns, column, found, [&](const Word& word, std::string_view text) {
        is_as_before = is_as_before && crypto::keyed_hash(*key_, text) == word.hash;
        texts.emplace_back(text);
      });
  // The part was made anew between the rounds, or is damaged: its hashes say more.
  if (!read && read.error().code == ErrorCode::kCorrupt) return false;
  if (!read) return fail(read.error());
  if (!is_as_before) return false;
  for (std::size_t i = 0; i < found.size(); ++i) note(found[i].hash, texts[i]);
  return true;
}

Result<void> WordTotals::name(Columns& columns, ColumnNumber column) {
  const Part* part = named_ < parts_.size() ? &parts_[named_] : nullptr;
  ++named_;
  if (winners_.empty()) return {};
  if (part != nullptr) {
    auto is_named = name_by_front(columns, column, *part);
    if (!is_named) return fail(is_named.error());
    if (*is_named) {
      ++completed_;
      return {};
    }
  }
  const std::size_t words = part != nullptr ? part->rest.size() : 0;
  // What has no rest has said all in the first round.
  const bool has_rest = part == nullptr || words > 0;
  const std::vector<bool>* const blocks = has_rest ? nullptr : &part->blocks;
  std::vector<Word> found;
  std::uint64_t digest = 0;
  PENSTOCK_TRY(visit_hashes(columns, column, blocks, [&](std::uint32_t code, std::uint64_t hash) {
    if (code < words && part->blocks[code / kHashesABlock]) digest = with_hash(digest, code, hash);
    if (may_look_for(hash) && winners_.contains(hash)) found.push_back({hash, code});
  }));
  const bool is_same = part != nullptr && digest == part->digest;
  PENSTOCK_TRY(texts(columns, column, found, [&](const Word& word, std::string_view text) {
    note(word.hash, text);
    if (is_same && word.code < words) winners_[word.hash].events += part->rest[word.code];
  }));
  if (is_same) ++completed_;
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
