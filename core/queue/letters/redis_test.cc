#include "queue/letters/redis.h"

#include "base/text.h"
#include "queue/letters/list.h"
#include "queue/redis/redis_testing.h"
#include "queue/spool/dead_letters.h"

namespace penstock::queue {
namespace {

class RedisLettersTest : public SidekiqRedisTest {
 protected:
  void SetUp() override {
    SidekiqRedisTest::SetUp();
    letters_.emplace(*client_, options_);
  }
  void add(int first, int last) {
    for (int i = first; i <= last; ++i) {
      const std::string text = str_cat("m", i);
      call({"LPUSH", "queue:low:dead", to_json({text, "r", i, "o"})});
    }
  }
  std::string messages(const PlacePage& page) {
    std::string all;
    for (const auto& entry : page.entries) all += entry.letter.message;
    return all;
  }

  std::optional<ListLetters> letters_;
};

TEST_F(RedisLettersTest, WalkThroughMoreThanOneStep) {
  add(1, 200);
  const auto page = letters_->read(kNewestLetter, {1'000, 1 << 20});
  ASSERT_TRUE(page);
  ASSERT_EQ(page->entries.size(), 200U);
  EXPECT_FALSE(page->has_more);
  EXPECT_EQ(page->entries.back().next, 0);
  const std::string oldest = page->entries.back().letter.id;

  EXPECT_TRUE(letters_->find(oldest)->has_value());
  EXPECT_TRUE(letters_->remove(oldest).value());
  EXPECT_EQ(letters_->retry_all().value(), 199U);
  EXPECT_EQ(number({"LLEN", "queue:low"}), 199);
}

// A position counts from the oldest: pushes move nothing, and what the trim takes is passed over.
TEST_F(RedisLettersTest, GoOnWhereTheyWereWhileTheListChanges) {
  add(1, 6);
  const auto first = letters_->read(kNewestLetter, {2, 1 << 20});
  ASSERT_TRUE(first);
  EXPECT_EQ(messages(*first), "m6m5");
  EXPECT_TRUE(first->has_more);
  EXPECT_EQ(first->entries.back().next, 4);

  add(7, 9);
  EXPECT_EQ(messages(*letters_->read(4, {2, 1 << 20})), "m4m3");
  EXPECT_TRUE(letters_->remove(first->entries[0].letter.id).value());
  EXPECT_EQ(messages(*letters_->read(4, {2, 1 << 20})), "m4m3");
  call({"LTRIM", "queue:low:dead", "0", "2"});
  EXPECT_EQ(messages(*letters_->read(4, {2, 1 << 20})), "m9m8");
  call({"DEL", "queue:low:dead"});
  EXPECT_EQ(messages(*letters_->read(4, {2, 1 << 20})), "");
}

TEST_F(RedisLettersTest, ReadOneLetterWhateverItsSize) {
  add(1, 3);

  const auto page = letters_->read(kNewestLetter, {10, 1});

  ASSERT_TRUE(page);
  EXPECT_EQ(messages(*page), "m3");
  EXPECT_TRUE(page->has_more);
}

// Elements that are pushed while all are retried, as a worker that sets them aside again does, are
// newer than where the walk is.
TEST_F(RedisLettersTest, EndThoughEveryRetryFailsAgain) {
  add(1, 150);
  EXPECT_EQ(letters_->retry_all().value(), 150U);
  add(1, 150);

  EXPECT_EQ(letters_->purge().value(), 150U);
  EXPECT_EQ(letters_->count().value(), 0U);
}

}  // namespace
}  // namespace penstock::queue
