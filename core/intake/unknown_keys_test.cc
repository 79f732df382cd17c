#include "intake/unknown_keys.h"

#include <atomic>
#include <set>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/text.h"

namespace penstock::intake {
namespace {

constexpr auto kTaken = UnknownKeys::Fate::kTaken;
constexpr std::int64_t kNow = 1'795'602'237'000;

std::string text_of(const UnknownKeys& keys) {
  std::string text;
  for (const auto& [prefix, events] : keys.counts()) text += str_cat(prefix, "=", events, " ");
  return text;
}

// Too little of a key to send events with it, wherever it is one.
TEST(KeyPrefix, IsTheBeginningOfTheKey) {
  EXPECT_EQ(KeyPrefix("pk_abcdefghijklmn").text(), "pk_abcd");
  EXPECT_EQ(KeyPrefix("0123456789").text(), "01234");
  EXPECT_EQ(KeyPrefix("abc").text(), "ab");
  EXPECT_EQ(KeyPrefix("a").text(), "a");
  EXPECT_EQ(KeyPrefix(std::string(1 << 20, 'x')).text(), "xxxxxxx");
  EXPECT_EQ(KeyPrefix::unpacked(KeyPrefix("pk_abcdefghijklmn").packed()).text(), "pk_abcd");
}

TEST(KeyPrefix, IsPrintable) {
  using std::string_literals::operator""s;
  EXPECT_EQ(KeyPrefix("a\0\n\x7f\xc3\xa9 zzzzzzzzz"s).text(), "a??????");
}

TEST(KeyPrefix, IsNoneOfNoKey) {
  EXPECT_TRUE(KeyPrefix().is_none());
  EXPECT_TRUE(KeyPrefix("").is_none());
  EXPECT_FALSE(KeyPrefix(std::string(1, '\0')).is_none());
}

TEST(UnknownKeys, AreCountedByPrefix) {
  UnknownKeys keys;
  EXPECT_EQ(text_of(keys), "");
  keys.note(KeyPrefix("pk_abcdefghijklmn"), kTaken, 2, kNow);
  keys.note(KeyPrefix("pk_abcdzzzzzzzzzz"), kTaken, 3, kNow);
  keys.note(KeyPrefix("0123456789"), UnknownKeys::Fate::kRefused, 1, kNow);
  EXPECT_EQ(text_of(keys), "pk_abcd=5 01234=1 ");
}

TEST(UnknownKeys, AreBoundedInNumber) {
  UnknownKeys keys;
  for (int i = 0; i < 1'000; ++i) {
    keys.note(KeyPrefix(str_cat(1'000 + i, "-and-more")), kTaken, 1, kNow);
  }
  const auto counts = keys.counts();
  ASSERT_EQ(counts.size(), UnknownKeys::kPrefixesMax + 1);
  EXPECT_EQ(counts.back().prefix, UnknownKeys::kOther);
  EXPECT_EQ(counts.back().events, 1'000 - UnknownKeys::kPrefixesMax);
}

// Metrics must not have a label twice.
TEST(UnknownKeys, ThatLookLikeTheOthersAreCountedWithThem) {
  UnknownKeys keys;
  keys.note(KeyPrefix("(other) and more"), kTaken, 1, kNow);
  EXPECT_EQ(text_of(keys), "(other)=1 ");
}

TEST(UnknownKeys, AreToldOnceAnHourAndPrefix) {
  UnknownKeys keys;
  const KeyPrefix first("first-and-more");
  const KeyPrefix second("second-and-more");
  EXPECT_TRUE(keys.note(first, kTaken, 1, kNow));
  EXPECT_FALSE(keys.note(first, kTaken, 1, kNow));
  EXPECT_TRUE(keys.note(second, kTaken, 1, kNow + 1));
  EXPECT_FALSE(keys.note(first, kTaken, 1, kNow + UnknownKeys::kLogEveryMs - 1));
  EXPECT_TRUE(keys.note(first, kTaken, 1, kNow + UnknownKeys::kLogEveryMs));
  // A clock that was set back does not silence the log until it has caught up.
  EXPECT_TRUE(keys.note(first, kTaken, 1, kNow - 86'400'000));
}

TEST(UnknownKeys, AreCountedByAllReactorsTogether) {
  constexpr int kThreads = 4;
  constexpr int kRounds = 2'000;
  UnknownKeys keys;
  std::vector<std::thread> threads;
  std::atomic<int> told{0};
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([&] {
      for (int round = 0; round < kRounds; ++round) {
        const KeyPrefix prefix(str_cat(1'000 + round % 40, "-and-more"));
        if (keys.note(prefix, kTaken, 1, kNow)) ++told;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();

  std::uint64_t sum = 0;
  std::set<std::string> prefixes;
  for (const auto& [prefix, events] : keys.counts()) {
    sum += events;
    EXPECT_TRUE(prefixes.insert(prefix).second) << prefix;
  }
  EXPECT_EQ(sum, std::uint64_t{kThreads} * kRounds);
  EXPECT_EQ(static_cast<std::size_t>(told), UnknownKeys::kPrefixesMax + 1);
}

}  // namespace
}  // namespace penstock::intake
