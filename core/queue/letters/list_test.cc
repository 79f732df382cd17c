#include "queue/letters/list.h"

#include "base/text.h"
#include "queue/redis/redis_testing.h"
#include "queue/spool/dead_letters.h"

namespace penstock::queue {
namespace {

class ListLettersTest : public SidekiqRedisTest {
 protected:
  void SetUp() override {
    SidekiqRedisTest::SetUp();
    letters_.emplace(*client_, options_);
  }
  std::vector<PlacePage::Entry> all() {
    return letters_->read(kNewestLetter, {100, 1 << 24})->entries;
  }

  std::optional<ListLetters> letters_;
};

// Whoever can push to Redis can push anything: it is shown, and can be deleted and retried.
TEST_F(ListLettersTest, ShowsWhatIsNotOursAsItIs) {
  const std::vector<std::string> foreign = {
      "garbage",
      std::string("\0\xff\x1b[2J", 6),
      "",
      "[1,2]",
      "{}",
      R"({"message":5,"reason":"r"})",
      R"({"message":"no base64!","reason":"r","at":1,"origin":"o"})",
      R"({"message":"Zg==","at":1.5})",
      R"({"message":"Zg==","at":1} x)",
      std::string(300'000, '['),
      "{\"message\":\"Zg==\",\"reason\":\"\xff\"}",
  };
  for (const std::string& element : foreign) {
    ASSERT_EQ(number({"LPUSH", "queue:low:dead", element}) > 0, true);
  }

  const auto entries = all();

  ASSERT_EQ(entries.size(), foreign.size());
  for (std::size_t i = 0; i < foreign.size(); ++i) {
    const StoredLetter& letter = entries[foreign.size() - 1 - i].letter;
    EXPECT_EQ(letter.message, foreign[i]);
    EXPECT_EQ(letter.at_ms, 0);
    EXPECT_EQ(letter.reason, "not written by Penstock: shown as it is");
    EXPECT_TRUE(letters_->remove(letter.id).value()) << i;
  }
  EXPECT_EQ(letters_->count().value(), 0U);
}

TEST_F(ListLettersTest, RetriesWhatIsNotOursAsItIs) {
  call({"LPUSH", "queue:low:dead", "garbage"});

  EXPECT_TRUE(letters_->retry(all().front().letter.id).value());

  EXPECT_EQ(texts({"LRANGE", "queue:low", "0", "-1"}), std::vector<std::string>{"garbage"});
  EXPECT_EQ(texts({"SMEMBERS", "queues"}), std::vector<std::string>{"low"});
}

TEST_F(ListLettersTest, ReadsMembersInAnyOrderAndPassesOverOthers) {
  call({"LPUSH", "queue:low:dead",
        R"({"origin":"o","x":[{}],"at":7,"message":"Zm9v","reason":"a\nb","y":1.5})"});

  const auto entries = all();

  ASSERT_EQ(entries.size(), 1U);
  EXPECT_EQ(entries[0].letter.message, "foo");
  EXPECT_EQ(entries[0].letter.reason, "a\nb");
  EXPECT_EQ(entries[0].letter.origin, "o");
  EXPECT_EQ(entries[0].letter.at_ms, 7);
}

TEST_F(ListLettersTest, ActsOnOneOfTwoThatAreEqual) {
  const std::string element = to_json({"m", "r", 1, "o"});
  call({"LPUSH", "queue:low:dead", element, element});
  const std::string id = all().front().letter.id;
  EXPECT_EQ(all().back().letter.id, id);

  EXPECT_TRUE(letters_->retry(id).value());
  EXPECT_EQ(letters_->count().value(), 1U);
  EXPECT_TRUE(letters_->remove(id).value());
  EXPECT_EQ(letters_->count().value(), 0U);
  EXPECT_EQ(number({"LLEN", "queue:low"}), 1);
}

TEST_F(ListLettersTest, SaysWhenTheKeyIsNoList) {
  call({"SET", "queue:low:dead", "x"});

  EXPECT_EQ(letters_->count().error().code, ErrorCode::kConfiguration);
  EXPECT_EQ(letters_->purge().error().code, ErrorCode::kConfiguration);
}

}  // namespace
}  // namespace penstock::queue
