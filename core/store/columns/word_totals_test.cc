#include "store/columns/word_totals.h"

#include <algorithm>
#include <cstring>
#include <deque>
#include <map>
#include <memory>
#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/text.h"
#include "store/columns/part_testing.h"
#include "store/columns/text_block.h"
#include "store/rollup/rollup_sink.h"

namespace penstock::store {

void PrintTo(const TopEntry& entry, std::ostream* out) {
  *out << entry.value << ": " << entry.events;
}

namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr ColumnNumber kPaths = column_number(Dimension::kPath);

// A dictionary and how often each of its words is there.
class Part {
 public:
  explicit Part(const crypto::HashKey& key = kTestKey) : key_(key), columns_(blocks_, {}, key) {}

  void count(std::string_view word, std::uint32_t events) {
    const std::uint32_t code = words_.code_of(word);
    if (code >= counts_.size()) counts_.resize(code + 1);
    counts_[code] += events;
  }
  void write() { ASSERT_TRUE(words_.flush(blocks_, key_).has_value()); }
  // As if the words' hashes were all the same one.
  void make_hashes_alike() {
    const std::vector<std::uint64_t> hashes(words_.size(), 77);
    ASSERT_TRUE(blocks_
                    .put({BlockKind::kHashes, kPaths, 0},
                         {reinterpret_cast<const char*>(hashes.data()), hashes.size() * 8})
                    .has_value());
  }
  void damage_hashes() {
    ASSERT_TRUE(blocks_.put({BlockKind::kHashes, kPaths, 0}, "not hashes").has_value());
  }

  Columns& columns() { return columns_; }
  std::span<const std::uint32_t> counts() const { return counts_; }

 private:
  crypto::HashKey key_;
  MemoryBlocks blocks_;
  Columns columns_;
  Words words_{kPaths};
  std::vector<std::uint32_t> counts_;
};

void add_all(WordTotals& totals, std::deque<Part>& parts) {
  totals.begin();
  for (Part& part : parts) {
    EXPECT_TRUE(totals.add(part.columns(), kPaths, part.counts()).has_value());
  }
}

std::vector<TopEntry> ask(WordTotals& totals, std::deque<Part>& parts,
                          const std::map<std::string, std::uint64_t>& of_rows = {}) {
  int rounds = 0;
  do {
    add_all(totals, parts);
    for (const auto& [text, events] : of_rows) totals.add_text(text, events);
    totals.choose();
    for (Part& part : parts) EXPECT_TRUE(totals.name(part.columns(), kPaths).has_value());
    ++rounds;
  } while (totals.must_repeat() && rounds < 10);
  return totals.entries();
}

TEST(WordTotals, AddUpOverParts) {
  std::deque<Part> parts(2);
  parts[0].count("/a", 3);
  parts[0].count("/b", 4);
  parts[1].count("/c", 1);
  parts[1].count("/a", 2);
  parts[1].count("", 9);
  for (Part& part : parts) part.write();

  WordTotals totals(3);
  EXPECT_THAT(ask(totals, parts),
              ElementsAre(TopEntry{"", 9}, TopEntry{"/a", 5}, TopEntry{"/b", 4}));
}

TEST(WordTotals, AreNoneWithoutParts) {
  std::deque<Part> none;
  WordTotals totals(5);
  EXPECT_THAT(ask(totals, none), IsEmpty());
  EXPECT_THAT(ask(totals, none, {{"x", 2}}), ElementsAre(TopEntry{"x", 2}));
}

TEST(WordTotals, OfEqualFrequencyComeByTheirTexts) {
  std::deque<Part> parts(1);
  for (const char* word : {"/d", "/b", "/c", "/a"}) parts[0].count(word, 2);
  parts[0].write();
  WordTotals totals(3);
  EXPECT_THAT(ask(totals, parts),
              ElementsAre(TopEntry{"/a", 2}, TopEntry{"/b", 2}, TopEntry{"/c", 2}));
}

TEST(WordTotals, MergeDaysUnderAnotherKeyByTheirTexts) {
  std::deque<Part> parts;
  parts.emplace_back();
  parts.emplace_back(crypto::HashKey{9});
  parts[0].count("/a", 3);
  parts[1].count("/b", 4);
  parts[1].count("/a", 2);
  for (Part& part : parts) part.write();
  WordTotals totals(9);
  EXPECT_THAT(ask(totals, parts), ElementsAre(TopEntry{"/a", 5}, TopEntry{"/b", 4}));
}

// Nobody without the key can make two such words; whoever has written them, they are two.
TEST(WordTotals, TellWordsUnderOneHashApart) {
  std::deque<Part> parts(2);
  parts[0].count("/a", 3);
  parts[0].count("/b", 4);
  parts[1].count("/b", 1);
  parts[1].count("/c", 2);
  for (Part& part : parts) {
    part.write();
    part.make_hashes_alike();
  }
  WordTotals totals(9);
  EXPECT_THAT(ask(totals, parts),
              ElementsAre(TopEntry{"/b", 5}, TopEntry{"/a", 3}, TopEntry{"/c", 2}));
}

TEST(WordTotals, CountWhatRowsSayWithTheSameWordOfColumns) {
  std::deque<Part> parts(1);
  parts[0].count("/a", 3);
  parts[0].count("", 1);
  parts[0].write();
  WordTotals totals(9);
  EXPECT_THAT(ask(totals, parts, {{"/a", 2}, {"/b", 1}, {"", 2}}),
              ElementsAre(TopEntry{"/a", 5}, TopEntry{"", 3}, TopEntry{"/b", 1}));
}

TEST(WordTotals, ShowWhatHadNoRoomTogether) {
  std::deque<Part> parts(1);
  parts[0].count("/a", 3);
  parts[0].count(kOtherValue, 7);
  parts[0].write();
  WordTotals totals(9);
  EXPECT_THAT(ask(totals, parts),
              ElementsAre(TopEntry{std::string(kOtherValue), 7}, TopEntry{"/a", 3}));
}

TEST(WordTotals, RefuseACodeWithoutAWord) {
  Part part;
  part.count("/a", 3);
  WordTotals totals(9);
  totals.begin();
  const auto added = totals.add(part.columns(), kPaths, part.counts());
  ASSERT_FALSE(added.has_value());
  EXPECT_EQ(added.error().code, ErrorCode::kCorrupt);
}

std::vector<TopEntry> most_frequent(const std::map<std::string, std::uint64_t>& plain,
                                    std::size_t limit) {
  std::vector<TopEntry> entries;
  for (const auto& [value, events] : plain) entries.push_back({value, events});
  std::stable_sort(entries.begin(), entries.end(),
                   [](const TopEntry& a, const TopEntry& b) { return a.events > b.events; });
  entries.resize(std::min(limit, entries.size()));
  return entries;
}

TEST(WordTotals, AreThoseOfAPlainCount) {
  std::mt19937 random(3);
  std::deque<Part> parts(6);
  std::map<std::string, std::uint64_t> plain;
  for (Part& part : parts) {
    for (int i = 0; i < 6'000; ++i) {
      const std::string word = str_cat("/", random() % (1 + random() % 9'000));
      const auto events = static_cast<std::uint32_t>(random() % 3);
      part.count(word, events);
      plain[word] += events;
    }
    part.write();
  }
  WordTotals totals(50);
  EXPECT_EQ(ask(totals, parts), most_frequent(plain, 50));
}

// Few words have most events: the lists are told from the parts' fronts. Some of the winners are in
// no part's front but one, some are in few parts.
TEST(WordTotals, OfSkewedPartsAreThoseOfAPlainCount) {
  std::mt19937 engine(5);
  const auto random = [&] { return static_cast<std::uint32_t>(engine()); };
  for (int round = 0; round < 8; ++round) {
    std::deque<Part> parts(7);
    std::map<std::string, std::uint64_t> plain;
    std::map<std::string, std::uint64_t> of_rows;
    const std::uint32_t skew = 1 + random() % 200'000;
    const auto word_of = [](std::uint32_t number) { return str_cat("/", number); };
    for (Part& part : parts) {
      const std::uint32_t shift = random() % 4;
      for (std::uint32_t number = 0; number < 4'000; ++number) {
        const std::string word = word_of(number * 7 + shift);
        const std::uint32_t events = random() % (2 + skew / (number + 1));
        part.count(word, events);
        plain[word] += events;
      }
      part.write();
    }
    for (int i = 0; i < 20; ++i) {
      const std::string word = word_of(random() % 200);
      of_rows[word] += 30;
      plain[word] += 30;
    }
    for (const std::uint32_t limit : {1U, 10U, 100U, 600U}) {
      WordTotals totals(limit);
      EXPECT_EQ(ask(totals, parts, of_rows), most_frequent(plain, limit)) << skew << " " << limit;
    }
  }
}

// A day's paths: 1,100 that many ask for, and 20,000 that few do.
void fill(Part& part, std::uint32_t seed, std::map<std::string, std::uint64_t>& plain) {
  for (std::uint32_t number = 0; number < 21'100; ++number) {
    const std::string word = str_cat("/", number);
    const std::uint32_t events = number < 1'100 ? 1'000 + number * seed : 1 + number % 3;
    part.count(word, events);
    plain[word] += events;
  }
  part.write();
}

TEST(WordTotals, KeepOneByteOfEachWordThatCannotWin) {
  std::deque<Part> parts(3);
  std::map<std::string, std::uint64_t> plain;
  std::uint32_t seed = 1;
  for (Part& part : parts) fill(part, seed++, plain);
  WordTotals totals(10);
  EXPECT_EQ(ask(totals, parts), most_frequent(plain, 10));
  EXPECT_LT(totals.bytes(), 3 * 21'200 + (6'144 + 3 * 2'048) * 16);
}

// Between the two rounds something was stored: words that are new have codes behind the others.
TEST(WordTotals, StandWhereADictionaryHasGrown) {
  std::deque<Part> parts(2);
  std::map<std::string, std::uint64_t> plain;
  for (Part& part : parts) fill(part, 3, plain);
  WordTotals totals(10);
  add_all(totals, parts);
  totals.choose();
  parts[1].count("/new", 1);
  parts[1].write();
  for (Part& part : parts) ASSERT_TRUE(totals.name(part.columns(), kPaths).has_value());
  EXPECT_FALSE(totals.must_repeat());
  EXPECT_EQ(totals.entries(), most_frequent(plain, 10));
}

// A day was made anew, or removed, between the two rounds: all is counted once more, by whole
// parts.
TEST(WordTotals, AreCountedAnewWhereAPartHasChanged) {
  std::deque<Part> parts(2);
  std::map<std::string, std::uint64_t> gone;
  std::map<std::string, std::uint64_t> plain;
  fill(parts[0], 1, gone);
  fill(parts[1], 2, plain);
  WordTotals totals(10);
  add_all(totals, parts);
  totals.choose();
  parts.pop_front();
  ASSERT_TRUE(totals.name(parts[0].columns(), kPaths).has_value());
  EXPECT_TRUE(totals.must_repeat());

  totals.begin();
  ASSERT_TRUE(totals.add(parts[0].columns(), kPaths, parts[0].counts()).has_value());
  totals.choose();
  ASSERT_TRUE(totals.name(parts[0].columns(), kPaths).has_value());
  EXPECT_FALSE(totals.must_repeat());
  EXPECT_EQ(totals.entries(), most_frequent(plain, 10));
}

TEST(WordTotals, ReadHashesOfAPartOnceWhereItsFrontHasAllWinners) {
  std::deque<Part> parts(2);
  std::map<std::string, std::uint64_t> plain;
  for (Part& part : parts) fill(part, 3, plain);
  WordTotals totals(10);
  add_all(totals, parts);
  totals.choose();
  for (Part& part : parts) {
    part.make_hashes_alike();
    ASSERT_TRUE(totals.name(part.columns(), kPaths).has_value());
  }
  EXPECT_FALSE(totals.must_repeat());
  EXPECT_EQ(totals.entries(), most_frequent(plain, 10));
}

// As of days that a filter leaves nothing of.
TEST(WordTotals, ReadNoHashesOfAPartWithoutEvents) {
  std::deque<Part> parts(3);
  std::map<std::string, std::uint64_t> plain;
  fill(parts[0], 3, plain);
  parts[1].count("/1", 0);
  for (Part& part : parts) {
    part.write();
    if (&part != &parts[0]) part.damage_hashes();
  }
  WordTotals totals(10);
  EXPECT_EQ(ask(totals, parts), most_frequent(plain, 10));
}

// Under the codes of its front it has other words now, or none.
void change_between_rounds(std::uint32_t words_then, bool has_another) {
  std::deque<Part> parts;
  std::map<std::string, std::uint64_t> plain;
  std::map<std::string, std::uint64_t> gone;
  if (has_another) fill(parts.emplace_back(), 1, plain);
  fill(parts.emplace_back(), 2, gone);
  WordTotals totals(10);
  add_all(totals, parts);
  totals.choose();
  parts.pop_back();
  Part& anew = parts.emplace_back();
  for (std::uint32_t number = words_then; number-- > 0;) {
    const std::string word = str_cat("/", number);
    anew.count(word, 1 + number);
    plain[word] += 1 + number;
  }
  anew.write();
  for (Part& part : parts) ASSERT_TRUE(totals.name(part.columns(), kPaths).has_value());
  EXPECT_TRUE(totals.must_repeat());
  EXPECT_EQ(ask(totals, parts), most_frequent(plain, 10));
}

TEST(WordTotals, AreCountedAnewWhereAFrontHasOtherWords) {
  for (const std::uint32_t words_then : {30U, 1'200U, 30'000U}) {
    for (const bool has_another : {false, true}) change_between_rounds(words_then, has_another);
  }
}

// All words are alike, and more than a front has: what the fronts leave out might win.
TEST(WordTotals, OfManyAlikeAreCountedByWholeParts) {
  std::deque<Part> parts(4);
  std::map<std::string, std::uint64_t> plain;
  std::mt19937 random(11);
  for (Part& part : parts) {
    for (int number = 0; number < 6'000; ++number) {
      const std::string word = str_cat("/", number);
      const auto events = static_cast<std::uint32_t>(20 + random() % 3);
      part.count(word, events);
      plain[word] += events;
    }
    part.write();
  }
  WordTotals totals(10);
  EXPECT_EQ(ask(totals, parts), most_frequent(plain, 10));
}

}  // namespace
}  // namespace penstock::store
