// The machine loses its power while the spool is written: at every write and sync of it, what was
// answered is there afterwards, whole and once.
#include "support/power_cut.h"

#include <fstream>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "base/clock.h"
#include "base/text.h"
#include "queue/spool/consumer.h"
#include "queue/spool/folder.h"
#include "queue/spool/writer.h"
#include "support/temp_dir.h"

namespace penstock::queue {
namespace {

constexpr int kGroups = 9;
constexpr int kMessagesPerGroup = 3;
constexpr std::int64_t kLongMs = 60'000;         // Past every period of the consumer.
constexpr std::uint64_t kSegmentBytes = 60'000;  // So that a few segments are begun.

std::string message_of(int group, int number) {
  const std::string name = str_cat(group, "-", number, ":");
  return name + std::string(static_cast<std::size_t>(1 + group * number * 700), 'x');
}

// Answers are noted in a file after the append, like an answer goes out after the sync.
void write_groups(const std::string& spool, const std::string& answered) {
  auto instance = SpoolInstance::shared(spool);
  ASSERT_TRUE(instance);
  SpoolWriter writer(std::move(*instance), {spool, 1U << 30U, kSegmentBytes}, 0);
  std::ofstream answers(answered);
  for (int group = 0; group < kGroups; ++group) {
    std::vector<std::string> messages;
    for (int i = 0; i < kMessagesPerGroup; ++i) messages.push_back(message_of(group, i));
    const std::vector<std::string_view> views(messages.begin(), messages.end());
    ASSERT_TRUE(writer.append(views, 1));
    answers << group << std::endl;
  }
}

std::multiset<std::string> read_all(const std::string& spool, std::uint64_t& bad_segments) {
  ManualClock clock(kLongMs);
  std::multiset<std::string> messages;
  auto consumer = SpoolConsumer::make({spool, 1U << 30U, kSegmentBytes}, "w", clock);
  EXPECT_TRUE(consumer);
  while (true) {
    const auto claim = (*consumer)->claim(100, 1U << 20U, 0);
    EXPECT_TRUE(claim) << to_text(claim.error());
    if (!claim || claim->messages.empty()) break;
    messages.insert(claim->messages.begin(), claim->messages.end());
    EXPECT_TRUE((*consumer)->release());
  }
  bad_segments = (*consumer)->bad_segments();
  clock.advance_ms(kLongMs);
  EXPECT_TRUE((*consumer)->claim(1, 1, 0));
  EXPECT_TRUE(list_instances(spool).empty()) << "something is left that nobody will read";
  return messages;
}

void check_after_cut(const testing::TempDir& dir) {
  const testing::PowerCutDisk syncs_nothing(dir.path("after"));  // Its syncs cost no time.
  std::uint64_t bad_segments = 0;
  const std::multiset<std::string> found = read_all(dir.path("after"), bad_segments);
  EXPECT_EQ(bad_segments, 0U);
  std::ifstream answers(dir.path("answered"));
  int group = 0;
  int answered = 0;
  for (; answers >> group; ++answered) {
    for (int i = 0; i < kMessagesPerGroup; ++i) {
      EXPECT_EQ(found.count(message_of(group, i)), 1U) << "answered: " << group << "-" << i;
    }
  }
  // Besides, at most the group that was being written, and that one whole or not at all.
  const std::size_t rest = found.size() - static_cast<std::size_t>(answered) * kMessagesPerGroup;
  EXPECT_TRUE(rest == 0 || rest == kMessagesPerGroup) << rest;
  for (int i = 0; rest > 0 && i < kMessagesPerGroup; ++i) {
    EXPECT_EQ(found.count(message_of(answered, i)), 1U);
  }
}

TEST(PowerCut, TakesNothingThatTheSpoolHasAnswered) {
  int cuts = 0;
  for (std::uint64_t seed = 1; seed <= 2; ++seed) {
    for (std::uint64_t call = 1;; ++call) {
      SCOPED_TRACE(str_cat("cut at call ", call, ", seed ", seed));
      const testing::TempDir dir;
      std::filesystem::create_directory(dir.path("live"));
      const auto write = [&] { write_groups(dir.path("live"), dir.path("answered")); };
      if (!testing::play_until_cut(dir.path("live"), dir.path("after"), call, seed, write)) break;
      ++cuts;
      check_after_cut(dir);
      if (HasFailure()) return;
    }
  }
  EXPECT_GT(cuts, 2 * kGroups * 3);
  RecordProperty("cuts", cuts);
}

}  // namespace
}  // namespace penstock::queue
