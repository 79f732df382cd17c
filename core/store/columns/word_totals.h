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
// Few words make a list. So of each part only the most frequent words, its front, are merged, and
// of the others the counts are kept, a byte a word. Where the last winner has more events than all
// fronts leave out of one word, no word outside of them can win (Fagin's threshold algorithm), and
// those that may are given what the others' counts say of them in the second round. Where it has
// not, as where all words are rare, or a part has changed between the rounds, there is a further
// pair of rounds with whole parts: 16 bytes a word and at most kWordsKept of them; further ones
// count as kOtherValue.
//
// Frequent words come early, so a front's codes are in few blocks of hashes, and only those are
// read. A part whose front has all winners, as most have, is not looked through a second time: its
// winners' texts are read by their codes.
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
  // What is kept of all parts, in bytes; of further parts all words are merged.
  static constexpr std::size_t kPartsBytesMax = std::size_t{32} * 1024 * 1024;
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
  // Whether two winners that look alike have to be told apart, or the fronts said too little.
  bool must_repeat() const { return must_repeat_ || is_incomplete(); }

  // The largest ones, equal ones by their text.
  std::vector<TopEntry> entries() const;
  std::size_t bytes() const {
    return (slots_.capacity() + front_.capacity()) * sizeof(Slot) + parts_bytes_;
  }

 private:
  struct Slot {
    std::uint64_t hash;
    std::uint64_t events;  // 0: the slot is free.
  };
  struct Winner {
    std::uint64_t events;
    std::optional<std::string> text;
  };
  using Winners = std::unordered_map<std::uint64_t, Winner>;  // By their hashes.

  struct Word {
    std::uint64_t hash;
    std::uint32_t code;
  };
  // What the second round needs of one that was not merged as a whole.
  struct Part {
    std::vector<Word> front;  // None where it has too many.
    // Events of the words outside of the front, by the words' codes.
    std::vector<std::uint8_t> rest;
    std::vector<bool> blocks;  // Of hashes, by their numbers: those that were read.
    std::uint64_t digest = 0;  // Of their hashes: whether codes name the same words still.

    std::size_t bytes() const { return front.capacity() * sizeof(Word) + rest.capacity(); }
  };

  static constexpr std::size_t kSlotsMin = 1 << 12;
  static constexpr int kFilterBits = 16;

  // Calls `use` with each code and its hash under key_, of some blocks of hashes or (nullptr) all.
  template <class Use>
  Result<void> visit_hashes(Columns& columns, ColumnNumber column, const std::vector<bool>* blocks,
                            Use use);
  Result<void> add_apart(Columns& columns, ColumnNumber column,
                         std::span<const std::uint32_t> counts);
  // Its words' hashes, to the front and to `part`.
  Result<void> add_front(Columns& columns, ColumnNumber column,
                         std::span<const std::uint32_t> counts, std::uint32_t least, Part& part);
  // Events of a word of the part's front, at least: 1 to 256.
  std::uint32_t least_of_front(std::span<const std::uint32_t> counts) const;
  void merge_front();
  // Nothing was chosen, or a part has changed since.
  bool is_incomplete() const { return left_out_ > 0 && completed_ < parts_.size(); }
  void merge(std::span<const Slot> words);
  void merge_one(const Slot& word);
  void grow();
  void choose_winners(std::vector<std::uint64_t> events);
  void add_texts();
  void look_for(std::uint64_t hash);
  bool may_look_for(std::uint64_t hash) const;
  void note(std::uint64_t hash, std::string_view text);
  // Of words by ascending codes.
  static Result<void> texts(Columns& columns, ColumnNumber column, std::span<const Word> words,
                            FunctionRef<void(const Word& word, std::string_view text)> visit);
  // Whether the part's front has all winners, which are named then.
  Result<bool> name_by_front(Columns& columns, ColumnNumber column, const Part& part);

  const std::uint32_t limit_;
  std::optional<crypto::HashKey> key_;
  std::vector<Slot> slots_;  // Open addressing.
  std::size_t used_ = 0;
  std::vector<Slot> front_;  // Of the part that is being added.
  std::vector<Part> parts_;
  std::size_t parts_bytes_ = 0;
  std::size_t completed_ = 0;   // Parts that said all of the winners.
  std::size_t named_ = 0;       // Parts of the second round.
  std::uint64_t left_out_ = 0;  // Events of one word that are in no front, at most.
  bool takes_whole_parts_ = false;
  std::unordered_map<std::string, std::uint64_t> texts_;
  std::uint64_t empty_ = 0;
  std::uint64_t other_ = 0;

  Winners winners_;
  std::vector<std::uint64_t> filter_;  // A bit for the first kFilterBits of each hash looked for.
  std::set<std::uint64_t> apart_;      // Hashes of several words, which count by their texts.
  bool must_repeat_ = false;
};

}  // namespace penstock::store
