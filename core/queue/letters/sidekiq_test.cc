#include "queue/letters/sidekiq.h"

#include "base/text.h"
#include "event/sidekiq/members.h"
#include "queue/redis/redis_testing.h"

namespace penstock::queue {
namespace {

constexpr const char* kOurs =
    R"({"class":"X","args":[{}],"jid":"a","queue":"low","retry_count":25,"x":[1.50],)"
    R"("error_class":"Penstock::RefusedEvent","error_message":"too \"old\""})";
constexpr const char* kMail = R"({"class":"Mail","args":[],"jid":"b","queue":"mailers"})";

class SidekiqLettersTest : public SidekiqRedisTest {
 protected:
  void SetUp() override {
    SidekiqRedisTest::SetUp();
    letters_.emplace(*client_, options_, clock_);
  }
  std::vector<PlacePage::Entry> all() {
    return letters_->read(kNewestLetter, {100, 1 << 24})->entries;
  }

  ManualClock clock_{1'800'000'000'123};
  std::optional<SidekiqLetters> letters_;
};

TEST_F(SidekiqLettersTest, TellWhatTheJobTells) {
  call({"ZADD", "dead", "1795515837.3124151", kOurs});

  const auto entries = all();

  ASSERT_EQ(entries.size(), 1U);
  EXPECT_EQ(entries[0].letter.at_ms, 1'795'515'837'312);
  EXPECT_EQ(entries[0].letter.reason, "Penstock::RefusedEvent: too \"old\"");
  EXPECT_EQ(entries[0].letter.origin, "queue:low");
  EXPECT_EQ(entries[0].letter.message, kOurs);
}

// What Sidekiq's own page does: retry_count less one, enqueued now, all else as it was.
TEST_F(SidekiqLettersTest, RetryAJobAsSidekiqDoes) {
  call({"ZADD", "dead", "1", kMail, "2", kOurs});
  EXPECT_TRUE(letters_->retry(all()[0].letter.id).value());
  EXPECT_TRUE(letters_->retry(all()[0].letter.id).value());

  const auto ours = event::SidekiqMembers::parse(text({"LINDEX", "queue:low", "0"}));
  ASSERT_TRUE(ours);
  EXPECT_EQ(ours->integer("retry_count"), 24);
  EXPECT_EQ(ours->json("enqueued_at"), "1800000000.123");
  EXPECT_EQ(ours->json("x"), "[1.50]");
  EXPECT_EQ(ours->text("error_class"), "Penstock::RefusedEvent");
  const auto mail = event::SidekiqMembers::parse(text({"LINDEX", "queue:mailers", "0"}));
  ASSERT_TRUE(mail);
  EXPECT_EQ(mail->json("retry_count"), "");
  EXPECT_EQ(number({"SISMEMBER", "queues", "low"}), 1);
  EXPECT_EQ(number({"SISMEMBER", "queues", "mailers"}), 1);
  EXPECT_EQ(number({"ZCARD", "dead"}), 0);
}

// The set belongs to every program of this Sidekiq.
TEST_F(SidekiqLettersTest, LeaveOtherQueuesJobsWhereAllAreMeant) {
  call({"ZADD", "dead", "1", kOurs, "2", kMail, "3", "no json"});
  EXPECT_EQ(letters_->count().value(), 3U);

  EXPECT_EQ(letters_->retry_all().value(), 2U);
  EXPECT_EQ(texts({"ZRANGE", "dead", "0", "-1"}), std::vector<std::string>{kMail});
  EXPECT_EQ(number({"EXISTS", "queue:mailers"}), 0);

  call({"ZADD", "dead", "1", kOurs});
  EXPECT_EQ(letters_->purge().value(), 1U);
  EXPECT_EQ(texts({"ZRANGE", "dead", "0", "-1"}), std::vector<std::string>{kMail});
  EXPECT_TRUE(letters_->remove(all()[0].letter.id).value()) << "unless it is named";
}

TEST_F(SidekiqLettersTest, StandWhatIsNoJob) {
  const std::vector<std::string> members = {"no json",
                                            std::string("\0\xff", 2),
                                            "",
                                            "[1]",
                                            "{}",
                                            R"({"queue":5,"retry_count":"x"})",
                                            R"({"retry_count":-9223372036854775808,"queue":""})"};
  for (std::size_t i = 0; i < members.size(); ++i) {
    call({"ZADD", "dead", str_cat(i + 1), members[i]});
  }
  call({"ZADD", "dead", "inf", "late", "-inf", "early", "1e300", "huge"});

  EXPECT_EQ(all().size(), members.size() + 3);
  for (const auto& entry : all()) {
    EXPECT_GE(entry.letter.at_ms, 0);
    EXPECT_TRUE(letters_->retry(entry.letter.id).value()) << entry.letter.message;
  }
  EXPECT_EQ(letters_->count().value(), 0U);
  EXPECT_EQ(number({"LLEN", "queue:low"}) + number({"LLEN", "queue:default"}),
            static_cast<std::int64_t>(members.size()) + 3);
}

TEST_F(SidekiqLettersTest, SayWhenTheJobsQueueIsNoList) {
  call({"SET", "queue:mailers", "x"});
  call({"ZADD", "dead", "1", kMail});

  EXPECT_EQ(letters_->retry(all()[0].letter.id).error().code, ErrorCode::kConfiguration);
  EXPECT_EQ(letters_->count().value(), 1U);
}

}  // namespace
}  // namespace penstock::queue
