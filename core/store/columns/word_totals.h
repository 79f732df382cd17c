// The most frequent words of a column over many parts, each of which has codes of its own.
//
// Parts merge by the words' keyed hashes, and texts are read for the winners alone, in a second
// round over the parts: there a winner's texts of all parts are compared, and two words under one
// hash, which nobody without the key can make, are counted apart in a further pair of rounds. Parts
// whose hashes are under another key are hashed anew, by their texts.
//
//   do {
//     totals.begin();
//     for each part: totals.add(…);
//     totals.choose();
//     for each part: totals.name(…);
//   } while (totals.must_repeat());
//   totals.entries();
//
// Few words make a list, so parts are not merged as long as they fit beside each other
// (kApartWords): only each part's most frequent words are, and a word that is in none of these
// fronts can be no winner where the last winner has more events than all fronts leave out of one
// word (Fagin's threshold algorithm). Where it has not, as where all words are rare, and of more
// words, all are merged: 16 bytes a word and at most kWordsKept of them; further ones count as
// kOtherValue.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/error.h"
#include "store/columns/columns.h"
#include "store/contract/queries.h"

namespace penstock::store {

class WordTotals {
 public:
  static constexpr std::size_t kWordsKept = 3'000'000;
  // Of all parts together that are not merged yet.
  static constexpr std::size_t kApartWords = std::size_t{512} * 1024;
  // Of those that were read from rows.
  static constexpr std::size_t kTextsKept = 65'536;
  // Words as frequent as the last winner, whose texts decide. Of more, any are shown.
  static constexpr std::size_t kTiesMax = 2'048;

  // `key`: of most parts; without one it is the first part's.
  explicit WordTotals(std::uint32_t limit, const std::optional<crypto::HashKey>& key = std::nullopt)
      : limit_(limit), key_(key) {}

  void begin();
  // `counts` by the column's codes; codes behind its end have none.
  Result<void> add(Columns& columns, ColumnNumber column, std::span<const std::uint32_t> counts);
  // Of rows that were asked; "" as any other.
  void add_text(std::string_view text, std::uint64_t events);

  void choose();
  Result<void> name(Columns& columns, ColumnNumber column);
  // Whether two winners that look alike have to be told apart.
  bool must_repeat() const { return must_repeat_; }

  // The largest ones, equal ones by their text.
  std::vector<TopEntry> entries() const;
  std::size_t bytes() const { return (slots_.capacity() + waiting_.capacity()) * sizeof(Slot); }

 private:
  struct Slot {
    std::uint64_t hash;
    std::uint64_t events;  // 0: the slot is free.
  };
  struct Winner {
    std::uint64_t events;
    std::optional<std::string> text;
  };
  // Hashes of words, and what a round does with those that it looks for.
  using Winners = std::unordered_map<std::uint64_t, Winner>;

  static constexpr std::size_t kSlotsMin = 1 << 12;
  static constexpr int kFilterBits = 16;

  // Calls `use` with each code and its hash under key_, of the codes that `is_wanted` says.
  template <class IsWanted, class Use>
  Result<void> visit_hashes(Columns& columns, ColumnNumber column, IsWanted is_wanted, Use use);
  Result<void> add_apart(Columns& columns, ColumnNumber column,
                         std::span<const std::uint32_t> counts);
  // Ends a part of waiting_; merges it all where it is too much.
  void end_part();
  void merge_waiting();
  // Leaves in slots_ the words that may be winners alone, with all their events. False, and nothing
  // done, where they cannot be told from the fronts.
  bool narrow();
  std::span<const Slot> part(std::size_t number) const;
  void merge(std::span<const Slot> words);
  void merge_one(const Slot& word);
  Slot* find(std::uint64_t hash);
  void clear_slots();
  void grow();
  void add_texts();
  void look_for_nothing();
  void look_for(std::uint64_t hash);
  bool may_look_for(std::uint64_t hash) const;
  void note(std::uint64_t hash, std::string_view text);

  const std::uint32_t limit_;
  std::optional<crypto::HashKey> key_;
  std::vector<Slot> slots_;  // Open addressing.
  std::size_t used_ = 0;
  std::vector<Slot> waiting_;           // Of parts that are not merged.
  std::vector<std::size_t> part_ends_;  // In waiting_.
  std::unordered_map<std::string, std::uint64_t> texts_;
  std::uint64_t empty_ = 0;
  std::uint64_t other_ = 0;

  Winners winners_;
  std::vector<std::uint64_t> filter_;  // A bit for the first kFilterBits of each hash looked for.
  std::set<std::uint64_t> apart_;      // Hashes of several words, which count by their texts.
  bool must_repeat_ = false;
};

}  // namespace penstock::store
