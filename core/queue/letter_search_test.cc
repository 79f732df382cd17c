#include "queue/letter_search.h"

#include <gtest/gtest.h>

#include "base/text.h"
#include "queue/redis/client.h"
#include "queue/redis/options.h"
#include "queue/spool/dead_letters.h"
#include "queue/spool/folder.h"
#include "support/redis_server.h"
#include "support/temp_dir.h"

namespace penstock::queue {
namespace {

class LetterSearch : public ::testing::Test {
 protected:
  void SetUp() override {
    options_.queue.spool = {dir_.path("spool"), 1 << 24, 1 << 20};
    options_.worker = "elsewhere:1:ab";
    ASSERT_TRUE(make_spool_folder(options_.queue.spool.path));
    box_ = std::move(*make_dead_letter_box(options_, clock_));
  }
  void add(std::string_view message, std::string_view reason, std::int64_t at_ms) {
    ASSERT_TRUE(DeadLetterFile(options_.queue.spool.path).add({message, reason, at_ms, "h:1:a"}));
  }
  // Of all pages: one text for each.
  std::vector<std::string> list(const LetterQuestion& question, std::size_t limit) {
    std::vector<std::string> pages;
    std::string cursor;
    do {
      const auto page = list_letters(*box_, question, limit, cursor);
      EXPECT_TRUE(page);
      std::string text;
      for (const StoredLetter& letter : page->letters) text += letter.message + " ";
      pages.push_back(text);
      cursor = page->next;
    } while (!cursor.empty());
    return pages;
  }

  testing::TempDir dir_;
  SystemClock clock_;
  ConsumerOptions options_;
  std::unique_ptr<DeadLetterBox> box_;
};

TEST_F(LetterSearch, GroupsByPlainReason) {
  add("a", "open a batch: cut short: damaged", 1'000);
  add("b", "E: at 17", 2'000);
  add("c", "E: at 18", 4'000);
  add("d", "E: at 19", 0);

  const auto found = group_letters(*box_);

  ASSERT_TRUE(found);
  ASSERT_EQ(found->groups.size(), 2U);
  EXPECT_EQ(found->groups[0].reason, "E: at …");
  EXPECT_EQ(found->groups[0].detail, "E: at 19");
  EXPECT_EQ(found->groups[0].count.all, 3U);
  EXPECT_EQ(found->groups[0].newest_ms, 4'000);
  EXPECT_EQ(found->groups[0].oldest_ms, 2'000);
  EXPECT_EQ(found->groups[1].reason, "Damaged batch of events");
  EXPECT_EQ(found->count.all, 4U);
  EXPECT_TRUE(found->count.is_complete);
}

TEST_F(LetterSearch, FindsByReasonTextAndTime) {
  add("one Needle", "E: at 1", 1'000);
  add("two", "open a batch: cut short: damaged", 2'000);
  add("three needle", "E: at 2", 3'000);

  EXPECT_EQ(count_letters(*box_, {"E: at …", "", 0})->all, 2U);
  EXPECT_EQ(count_letters(*box_, {"", "NEEDLE", 0})->all, 2U);
  EXPECT_EQ(count_letters(*box_, {"", "cut SHORT", 0})->all, 1U);
  EXPECT_EQ(count_letters(*box_, {"", "H:1", 0})->all, 3U);
  EXPECT_EQ(count_letters(*box_, {"", "needle", 2'000})->all, 1U);
  EXPECT_EQ(count_letters(*box_, {"E: at", "", 0})->all, 0U) << "a reason is the whole of it";
  EXPECT_EQ(letter_ids(*box_, {"E: at …", "", 0}).value(), (std::vector<std::string>{"f3", "f1"}));
}

TEST_F(LetterSearch, ListsEachThatMatchesOnce) {
  for (int i = 0; i < 450; ++i) {
    add(str_cat(i), i % 90 == 0 ? "wanted" : "other", 1'000 + i);
  }
  EXPECT_EQ(list({"wanted", "", 0}, 2), (std::vector<std::string>{"360 270 ", "180 90 ", "0 "}));
  EXPECT_EQ(list({"wanted", "", 0}, 50), (std::vector<std::string>{"360 270 180 90 0 "}));
  EXPECT_EQ(list({"none such", "", 0}, 2), (std::vector<std::string>{""}));
}

TEST(LetterSearchInRedis, LeavesOtherProgramsJobsAlone) {
  testing::TempDir dir;
  testing::RedisServer redis;
  ASSERT_TRUE(redis.start());
  const SystemClock clock;
  ConsumerOptions options;
  options.queue.spool.path = dir.path();
  options.queue.url = redis.address().text();
  options.queue.sidekiq_queue = "ours";
  RedisClient client(*redis_options(options.queue), clock);
  for (const char* queue : {"ours", "theirs"}) {
    const std::string job =
        str_cat(R"({"class":"X","args":[],"queue":")", queue, R"(","error_class":"E"})");
    ASSERT_TRUE(client.call({"ZADD", "dead", "1", job}));
  }
  const auto box = std::move(*make_dead_letter_box(options, clock));

  const auto count = count_letters(*box, {});

  ASSERT_TRUE(count);
  EXPECT_EQ(count->all, 2U);
  EXPECT_EQ(count->ours(), 1U);
  EXPECT_EQ(letter_ids(*box, {})->size(), 1U);
}

}  // namespace
}  // namespace penstock::queue
