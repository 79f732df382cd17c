#include "event/sidekiq/failure.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "event/sidekiq/members.h"

namespace penstock::event {
namespace {

using Fate = FailedJob::Fate;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr std::int64_t kNow = 1'795'515'837'312;

FailedJob fail_job(std::string_view job, std::string_view message = "why") {
  Random random(1);
  return fail_sidekiq_job(job, {"low", "Penstock::Error", message, kNow}, random);
}

TEST(SidekiqFailure, NotesTheFirstFailureAndKeepsTheRest) {
  const FailedJob failed =
      fail_job(R"({"class":"X","args":[1.50],"jid":"a","queue":"old","bid":"b","retry":true})");
  EXPECT_EQ(failed.fate, Fate::kRetry);
  EXPECT_EQ(failed.text,
            R"({"class":"X","args":[1.50],"jid":"a","queue":"low","bid":"b","retry":true,)"
            R"("error_message":"why","error_class":"Penstock::Error",)"
            R"("failed_at":1795515837.312,"retry_count":0})");
  EXPECT_GE(failed.at_ms, kNow + 15'000);
  EXPECT_LE(failed.at_ms, kNow + 24'000);
}

TEST(SidekiqFailure, CountsUpAndBacksOffByTheFourthPower) {
  Random random(7);
  bool has_jitter = false;
  for (int i = 0; i < 100; ++i) {
    const FailedJob failed = fail_sidekiq_job(
        R"({"class":"X","args":[],"retry":true,"failed_at":1795515000.5,"retry_count":3})",
        {"low", "E", "again", kNow}, random);
    ASSERT_EQ(failed.fate, Fate::kRetry);
    ASSERT_THAT(failed.text, HasSubstr(R"("failed_at":1795515000.5,"retry_count":4)"));
    ASSERT_THAT(failed.text, HasSubstr(R"("retried_at":1795515837.312)"));
    const std::int64_t jitter = failed.at_ms - kNow - (256 + 15) * 1000;
    ASSERT_GE(jitter, 0);
    ASSERT_LE(jitter, 45'000);
    ASSERT_EQ(jitter % 5'000, 0);
    has_jitter = has_jitter || jitter > 0;
  }
  EXPECT_TRUE(has_jitter);
}

TEST(SidekiqFailure, KillsAfterTwentyFiveOrWhatTheJobSays) {
  const auto fate = [](const char* members) {
    return fail_job(std::string(R"({"class":"X","args":[],)") + members + "}").fate;
  };
  EXPECT_EQ(fate(R"("retry":true,"retry_count":23)"), Fate::kRetry);
  EXPECT_EQ(fate(R"("retry":true,"retry_count":24)"), Fate::kDead);
  EXPECT_EQ(fate(R"("retry_count":24)"), Fate::kDead);
  EXPECT_EQ(fate(R"("jid":"a")"), Fate::kRetry);
  EXPECT_EQ(fate(R"("retry":2,"retry_count":0)"), Fate::kRetry);
  EXPECT_EQ(fate(R"("retry":2,"retry_count":1)"), Fate::kDead);
  EXPECT_EQ(fate(R"("retry":0)"), Fate::kDead);
  EXPECT_EQ(fate(R"("retry":0,"dead":false)"), Fate::kDropped);
  EXPECT_EQ(fate(R"("retry":false)"), Fate::kDropped);
  EXPECT_EQ(fate(R"("retry":null)"), Fate::kDropped);
  EXPECT_EQ(fate(R"("retry":9223372036854775807,"retry_count":9223372036854775806)"), Fate::kRetry);
}

TEST(SidekiqFailure, GivesUpByTimeWhereTheJobSaysHowLong) {
  const auto fate = [](const char* failed_at) {
    return fail_job(std::string(R"({"retry":true,"retry_for":60,"retry_count":30,"failed_at":)") +
                    failed_at + "}")
        .fate;
  };
  EXPECT_EQ(fate("1795515800.0"), Fate::kRetry);
  EXPECT_EQ(fate("1795515700.0"), Fate::kDead);
  EXPECT_EQ(fate("1795515800000"), Fate::kRetry);
  EXPECT_EQ(fate("1795515700000"), Fate::kDead);
}

TEST(SidekiqFailure, GoesToTheRetryQueue) {
  EXPECT_THAT(fail_job(R"({"queue":"low","retry_queue":"slow"})").text,
              HasSubstr(R"("queue":"slow")"));
}

TEST(SidekiqFailure, CutsAndCleansTheMessage) {
  const FailedJob failed = fail_job("{}", std::string(20'000, 'x'));
  EXPECT_LT(failed.text.size(), 10'200U);
  EXPECT_THAT(fail_job("{}", "bad \xff byte").text, Not(HasSubstr("\xff")));
}

TEST(SidekiqFailure, LeavesWhatIsNoJobAsItIs) {
  EXPECT_EQ(fail_job("no \xff job").fate, Fate::kNoJson);
  EXPECT_EQ(fail_job("no \xff job").text, "no \xff job");
  EXPECT_EQ(fail_job("[1]").fate, Fate::kNoJob);
  EXPECT_EQ(fail_job("[1]").text, "[1]");
}

TEST(SidekiqPush, TakesOutTheTimeAndSaysWhenItWasPushed) {
  Random random(1);
  const auto push = prepare_sidekiq_push(
      R"({"class":"X","args":[],"jid":"a","queue":"low","retry":false,"created_at":1.5,)"
      R"("at":1795506762.9059999,"enqueued_at":2.5,"retry_count":3})",
      kNow, random);
  ASSERT_TRUE(push);
  EXPECT_EQ(push->queue, "low");
  EXPECT_EQ(push->text,
            R"({"class":"X","args":[],"jid":"a","queue":"low","retry":false,"created_at":1.5,)"
            R"("enqueued_at":1795515837.312,"retry_count":3})");
}

TEST(SidekiqPush, FillsInWhatAClientLeftOut) {
  Random random(1);
  const auto push = prepare_sidekiq_push(R"({"class":"X","args":[]})", kNow, random);
  ASSERT_TRUE(push);
  EXPECT_EQ(push->queue, "default");
  const auto members = SidekiqMembers::parse(push->text);
  ASSERT_TRUE(members);
  EXPECT_EQ(members->text("queue"), "default");
  EXPECT_EQ(members->json("retry"), "true");
  EXPECT_EQ(members->text("jid")->size(), 24U);
  EXPECT_EQ(members->time_ms("created_at"), kNow);
}

TEST(SidekiqPush, RefusesWhatIsNoJob) {
  Random random(1);
  EXPECT_FALSE(prepare_sidekiq_push("no job", kNow, random));
  EXPECT_FALSE(prepare_sidekiq_push("[]", kNow, random));
}

}  // namespace
}  // namespace penstock::event
