// One contract over every place in which dead letters lie. What a place does by itself is in its
// own test.
#include "queue/dead_letter_box.h"

#include <set>

#include <gtest/gtest.h>

#include "base/bytes.h"
#include "base/text.h"
#include "event/sidekiq/members.h"
#include "queue/consumer.h"
#include "queue/redis/client.h"
#include "queue/redis/options.h"
#include "queue/spool/dead_letters.h"
#include "queue/spool/folder.h"
#include "support/redis_server.h"
#include "support/temp_dir.h"

namespace penstock::queue {
namespace {

using Texts = std::vector<std::string>;

enum class Kind : std::uint8_t { kFileAndSpool, kFileAndRedis, kList, kSidekiqList, kSidekiqSet };

// What "message N" looks like in each place.
std::string message_of(Kind kind, int number) {
  if (kind != Kind::kSidekiqSet) return std::string("\xb5\0<message> ", 12) + str_cat(number);
  return str_cat(R"({"class":"X","args":[{"name":"n"}],"jid":"jid)", number,
                 R"(","queue":"low","retry_count":25,"created_at":1.5,"enqueued_at":1.5,)",
                 R"("retry":true,"error_class":"E","error_message":"reason )", number, R"("})");
}

class DeadLetterContract : public ::testing::TestWithParam<Kind> {
 protected:
  void SetUp() override {
    options_.queue.spool = {dir_.path("spool"), 1 << 24, 1 << 20};
    options_.worker = "elsewhere:1:ab";
    if (GetParam() == Kind::kFileAndSpool) return;
    ASSERT_TRUE(redis_.start());
    options_.queue.url = redis_.address().text();
    options_.queue.key = "events";
    if (GetParam() == Kind::kSidekiqSet || GetParam() == Kind::kSidekiqList) {
      options_.queue.sidekiq_queue = "low";
    }
    client_.emplace(*redis_options(options_.queue), clock_);
  }

  std::unique_ptr<DeadLetterBox> box() {
    auto made = make_dead_letter_box(options_, clock_);
    EXPECT_TRUE(made);
    return std::move(*made);
  }

  // As a worker would, at a time of its own.
  void add(const std::string& message, int number) {
    const std::string reason = str_cat("reason ", number);
    const DeadLetter letter{message, reason, 1'000 * number, "host:1:ab"};
    if (GetParam() == Kind::kFileAndSpool || GetParam() == Kind::kFileAndRedis) {
      ASSERT_TRUE(make_spool_folder(options_.queue.spool.path));
      ASSERT_TRUE(DeadLetterFile(options_.queue.spool.path).add(letter));
    } else if (GetParam() == Kind::kSidekiqSet) {
      ASSERT_TRUE(client_->call({"ZADD", "dead", str_cat(number), message}));
    } else {
      ASSERT_TRUE(
          client_->call({"LPUSH", redis_options(options_.queue)->key + ":dead", to_json(letter)}));
    }
  }
  void add_some(int count) {
    for (int i = 1; i <= count; ++i) add(message_of(GetParam(), i), i);
  }

  // What waits in the queue, oldest first.
  Texts waiting() {
    auto inspector = make_inspector(options_, clock_);
    const auto waiting = (*inspector)->peek(1'000, 1 << 24);
    EXPECT_TRUE(waiting);
    Texts all;
    for (const WaitingMessage& one : *waiting) all.push_back(one.message);
    return all;
  }
  // Sidekiq's jobs are changed on their way back.
  void expect_waiting(std::vector<int> numbers) {
    Texts messages = waiting();
    ASSERT_EQ(messages.size(), numbers.size());
    for (std::size_t i = 0; i < numbers.size(); ++i) {
      if (GetParam() != Kind::kSidekiqSet) {
        EXPECT_EQ(messages[i], message_of(GetParam(), numbers[i]));
        continue;
      }
      const auto job = event::SidekiqMembers::parse(messages[i]);
      ASSERT_TRUE(job) << messages[i];
      EXPECT_EQ(job->text("jid"), str_cat("jid", numbers[i]));
      EXPECT_EQ(job->integer("retry_count"), 24);
      EXPECT_EQ(job->json("created_at"), "1.5");
      EXPECT_NE(job->json("enqueued_at"), "1.5");
    }
  }

  testing::TempDir dir_;
  testing::RedisServer redis_;
  ConsumerOptions options_;
  SystemClock clock_;
  std::optional<RedisClient> client_;
};

std::string name_of(const ::testing::TestParamInfo<Kind>& kind) {
  static constexpr const char* kNames[] = {"FileAndSpool", "FileAndRedis", "List", "SidekiqList",
                                           "SidekiqSet"};
  return kNames[static_cast<int>(kind.param)];
}

INSTANTIATE_TEST_SUITE_P(All, DeadLetterContract,
                         ::testing::Values(Kind::kFileAndSpool, Kind::kFileAndRedis, Kind::kList,
                                           Kind::kSidekiqList, Kind::kSidekiqSet),
                         name_of);

TEST_P(DeadLetterContract, IsEmptyWhereNothingEverFailed) {
  auto box = this->box();

  EXPECT_EQ(box->count().value(), 0U);
  const auto page = box->list(10, "");
  ASSERT_TRUE(page);
  EXPECT_TRUE(page->letters.empty());
  EXPECT_EQ(page->next, "");
  EXPECT_EQ(box->purge().value(), 0U);
  EXPECT_EQ(box->retry_all().value(), 0U);
}

TEST_P(DeadLetterContract, ListsNewestFirst) {
  add_some(3);

  const auto page = box()->list(10, "");

  ASSERT_TRUE(page);
  ASSERT_EQ(page->letters.size(), 3U);
  EXPECT_EQ(page->next, "");
  for (int i = 0; i < 3; ++i) {
    const StoredLetter& letter = page->letters[static_cast<std::size_t>(i)];
    EXPECT_EQ(letter.message, message_of(GetParam(), 3 - i));
    EXPECT_EQ(letter.at_ms, 1'000 * (3 - i));
    EXPECT_NE(letter.reason.find(str_cat("reason ", 3 - i)), std::string::npos) << letter.reason;
    EXPECT_NE(letter.origin, "");
    EXPECT_GT(letter.id.size(), 1U);
    EXPECT_EQ(letter.id.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789"),
              std::string::npos);
  }
}

TEST_P(DeadLetterContract, ListsEachOnceByPages) {
  add_some(7);
  auto box = this->box();
  Texts seen;
  std::string cursor;
  int pages = 0;
  do {
    const auto page = box->list(3, cursor);
    ASSERT_TRUE(page);
    EXPECT_LE(page->letters.size(), 3U);
    for (const StoredLetter& letter : page->letters) seen.push_back(letter.message);
    // What comes meanwhile is newer than all of the pages behind.
    if (++pages == 1) add(message_of(GetParam(), 8), 8);
    cursor = page->next;
  } while (!cursor.empty());

  EXPECT_EQ(pages, 3);
  Texts expected;
  for (int i = 7; i >= 1; --i) expected.push_back(message_of(GetParam(), i));
  EXPECT_EQ(seen, expected);
}

TEST_P(DeadLetterContract, RefusesForeignCursors) {
  add_some(1);
  auto box = this->box();
  for (const char* cursor : {"x", "-1", "1.", ".", "1.2.3.4", "99999999999999999999", "1 "}) {
    const auto page = box->list(3, cursor);
    ASSERT_FALSE(page) << cursor;
    EXPECT_EQ(page.error().code, ErrorCode::kRejected) << cursor;
  }
}

TEST_P(DeadLetterContract, FindsALetterByItsId) {
  add_some(3);
  auto box = this->box();
  const auto page = box->list(3, "");
  ASSERT_TRUE(page);

  const auto found = box->find(page->letters[1].id);

  ASSERT_TRUE(found && *found);
  EXPECT_EQ((*found)->message, message_of(GetParam(), 2));
  EXPECT_EQ((*found)->id, page->letters[1].id);
  EXPECT_GE((*found)->message.capacity(), (*found)->message.size() + kReadablePadding);
}

TEST_P(DeadLetterContract, KnowsNoOtherId) {
  add_some(1);
  auto box = this->box();
  const std::string id = box->list(1, "")->letters.front().id;
  for (const std::string& other :
       {std::string(), std::string("x"), id + "0", id.substr(0, 1), std::string("f-1"),
        std::string("f0"), std::string(100'000, 'r'), std::string("s\0\xff", 3)}) {
    EXPECT_FALSE(box->find(other)->has_value());
    EXPECT_FALSE(box->retry(other).value());
    EXPECT_FALSE(box->remove(other).value());
  }
  EXPECT_EQ(box->count().value(), 1U);
}

TEST_P(DeadLetterContract, RetriesAtTheEndOfTheQueue) {
  add_some(3);
  auto box = this->box();
  const auto page = box->list(3, "");
  ASSERT_TRUE(page);

  EXPECT_TRUE(box->retry(page->letters[1].id).value());
  EXPECT_TRUE(box->retry(page->letters[2].id).value());

  expect_waiting({2, 1});
  EXPECT_EQ(box->count().value(), 1U);
  EXPECT_FALSE(box->retry(page->letters[1].id).value()) << "it has gone";
  expect_waiting({2, 1});
}

TEST_P(DeadLetterContract, RetriesALetterOnceForTwoWhoAsk) {
  add_some(1);
  auto first = box();
  auto second = box();
  const std::string id = first->list(1, "")->letters.front().id;
  ASSERT_TRUE(second->find(id)->has_value());

  EXPECT_TRUE(first->retry(id).value());
  EXPECT_FALSE(second->retry(id).value());

  expect_waiting({1});
}

TEST_P(DeadLetterContract, RetriesAll) {
  add_some(5);

  EXPECT_EQ(box()->retry_all().value(), 5U);

  EXPECT_EQ(box()->count().value(), 0U);
  EXPECT_EQ(waiting().size(), 5U);
}

TEST_P(DeadLetterContract, RetriesAndDeletesThoseThatAreMeant) {
  add_some(5);
  auto box = this->box();
  const auto is_at = [](std::int64_t a, std::int64_t b) {
    return [=](const StoredLetter& letter) { return letter.at_ms == a || letter.at_ms == b; };
  };

  EXPECT_EQ(box->retry_those(is_at(2'000, 4'000)).value(), 2U);
  EXPECT_EQ(waiting().size(), 2U);
  EXPECT_EQ(box->remove_those(is_at(4'000, 5'000)).value(), 1U) << "the other one has gone";

  EXPECT_EQ(waiting().size(), 2U);
  const auto page = box->list(10, "");
  ASSERT_TRUE(page);
  ASSERT_EQ(page->letters.size(), 2U);
  EXPECT_EQ(page->letters[0].at_ms, 3'000);
  EXPECT_EQ(page->letters[1].at_ms, 1'000);
}

TEST_P(DeadLetterContract, RetriesWithAnotherMessage) {
  add_some(2);
  auto box = this->box();
  const std::string id = box->list(1, "")->letters.front().id;

  EXPECT_TRUE(box->retry_as(id, "another").value());
  EXPECT_FALSE(box->retry_as(id, "a third").value()) << "it has gone";

  EXPECT_EQ(waiting(), Texts{"another"});
  EXPECT_EQ(box->count().value(), 1U);
}

TEST_P(DeadLetterContract, DeletesOne) {
  add_some(3);
  auto box = this->box();
  const auto page = box->list(3, "");
  ASSERT_TRUE(page);

  EXPECT_TRUE(box->remove(page->letters[1].id).value());

  EXPECT_FALSE(box->remove(page->letters[1].id).value());
  EXPECT_FALSE(box->find(page->letters[1].id)->has_value());
  EXPECT_TRUE(box->find(page->letters[0].id)->has_value());
  EXPECT_TRUE(box->find(page->letters[2].id)->has_value());
  EXPECT_TRUE(waiting().empty());
}

TEST_P(DeadLetterContract, PurgesWithoutTouchingTheQueue) {
  add_some(4);
  auto box = this->box();
  ASSERT_TRUE(box->retry(box->list(1, "")->letters.front().id).value());

  EXPECT_EQ(box->purge().value(), 3U);

  EXPECT_EQ(box->count().value(), 0U);
  expect_waiting({4});
}

TEST_P(DeadLetterContract, KeepsBytesOfEveryKindAndSize) {
  if (GetParam() == Kind::kSidekiqSet) return;  // Its jobs are texts; see sidekiq_letters_test.cc.
  const Texts messages = {std::string("\0\xff\r\n", 4), std::string(700'000, '\xff'), "", "{"};
  for (std::size_t i = 0; i < messages.size(); ++i) add(messages[i], static_cast<int>(i) + 1);

  const auto page = box()->list(10, "");
  ASSERT_TRUE(page);
  ASSERT_EQ(page->letters.size(), messages.size());
  for (std::size_t i = 0; i < messages.size(); ++i) {
    EXPECT_EQ(page->letters[messages.size() - 1 - i].message, messages[i]);
  }
  EXPECT_EQ(box()->retry_all().value(), messages.size());
  const Texts waiting = this->waiting();
  EXPECT_EQ(std::multiset<std::string>(waiting.begin(), waiting.end()),
            std::multiset<std::string>(messages.begin(), messages.end()));
}

TEST_P(DeadLetterContract, EndsAPageBeforeItFillsTheMemory) {
  if (GetParam() == Kind::kSidekiqSet) return;
  const std::string big(DeadLetterBox::kPageBytesMax / 2 + 1, 'x');
  for (int i = 1; i <= 3; ++i) add(big, i);
  auto box = this->box();

  std::size_t letters = 0;
  std::string cursor;
  do {
    const auto page = box->list(10, cursor);
    ASSERT_TRUE(page);
    EXPECT_LE(page->letters.size(), 2U);
    ASSERT_FALSE(page->letters.empty());
    letters += page->letters.size();
    cursor = page->next;
  } while (!cursor.empty());
  EXPECT_EQ(letters, 3U);
}

TEST_P(DeadLetterContract, LeavesTheLetterWhereTheQueueIsFull) {
  add_some(2);
  if (GetParam() == Kind::kFileAndSpool) {
    options_.queue.spool.bytes_max = 1;
  } else {
    ASSERT_TRUE(client_->call({"CONFIG", "SET", "maxmemory", "1"}));
  }
  auto box = this->box();
  const std::string id = box->list(1, "")->letters.front().id;

  const auto retried = box->retry(id);

  ASSERT_FALSE(retried);
  EXPECT_EQ(retried.error().code, ErrorCode::kOverloaded);
  EXPECT_NE(std::string(retried.error().step).find("full"), std::string::npos)
      << retried.error().step;
  EXPECT_FALSE(box->retry_all());
  EXPECT_FALSE(box->retry_as(id, "another"));
  EXPECT_FALSE(box->retry_those([](const StoredLetter&) { return true; }));
  EXPECT_EQ(box->count().value(), 2U);
  EXPECT_TRUE(waiting().empty());
  EXPECT_TRUE(box->remove(id).value()) << "deleting makes room";
  EXPECT_EQ(box->purge().value(), 1U);
}

TEST(DeadLetterBox, MergesItsPlacesByTime) {
  testing::TempDir dir;
  testing::RedisServer redis;
  ASSERT_TRUE(redis.start());
  SystemClock clock;
  ConsumerOptions options;
  options.queue.spool = {dir.path(), 1 << 20, 1 << 20};
  options.queue.url = redis.address().text();
  options.queue.sidekiq_queue = "low";
  RedisClient client(*redis_options(options.queue), clock);
  DeadLetterFile file(dir.path());
  for (int i = 0; i < 9; ++i) {
    const std::string text = str_cat("m", i);
    const DeadLetter letter{text, "r", 1'000 + i * 1'000, "o"};
    if (i % 3 == 0) {
      ASSERT_TRUE(file.add(letter));
    } else if (i % 3 == 1) {
      ASSERT_TRUE(client.call({"LPUSH", "queue:low:dead", to_json(letter)}));
    } else {
      ASSERT_TRUE(client.call({"ZADD", "dead", str_cat(i + 1), text}));
    }
  }
  auto box = std::move(*make_dead_letter_box(options, clock));
  EXPECT_EQ(box->count().value(), 9U);

  std::string seen;
  std::string cursor;
  do {
    const auto page = box->list(2, cursor);
    ASSERT_TRUE(page);
    for (const StoredLetter& letter : page->letters) seen += letter.message;
    cursor = page->next;
  } while (!cursor.empty());

  EXPECT_EQ(seen, "m8m7m6m5m4m3m2m1m0");
}

TEST(DeadLetterBox, SaysWhenRedisIsAway) {
  testing::TempDir dir;
  SystemClock clock;
  ConsumerOptions options;
  options.queue.spool.path = dir.path();
  options.queue.url = "redis+unix://" + dir.path("none.sock");
  ASSERT_TRUE(DeadLetterFile(dir.path()).add({"m", "r", 1, "o"}));
  auto box = std::move(*make_dead_letter_box(options, clock));

  EXPECT_EQ(box->list(1, "").error().code, ErrorCode::kDisconnected);
  EXPECT_EQ(box->retry("f1").error().code, ErrorCode::kDisconnected);
  EXPECT_TRUE(box->find("f1")->has_value()) << "it stays";
  EXPECT_EQ(box->remove("r0123456789abcdef").error().code, ErrorCode::kDisconnected);
}

}  // namespace
}  // namespace penstock::queue
