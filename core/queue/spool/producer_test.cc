#include "queue/spool/producer.h"

#include <algorithm>
#include <filesystem>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "queue/spool/consumer.h"
#include "queue/spool/folder.h"
#include "support/run_until.h"
#include "support/submissions.h"
#include "support/temp_dir.h"

namespace penstock::queue {
namespace {

using testing::run_until;
using testing::submission_of;

class SpoolProducerTest : public ::testing::Test {
 protected:
  std::unique_ptr<SpoolProducer> make(SpoolProducer::Role role = SpoolProducer::Role::kQueue,
                                      std::uint32_t reactor = 0) {
    auto made = SpoolProducer::make(options_, reactor, role, loop_, clock_, outcomes_);
    EXPECT_TRUE(made);
    return std::move(*made);
  }
  std::vector<std::string> consume_all() {
    auto consumer = SpoolConsumer::make(options_, "w", clock_);
    std::vector<std::string> all;
    while (true) {
      auto claim = (*consumer)->claim(1'000, 1 << 20, 0);
      EXPECT_TRUE(claim);
      if (!claim || claim->messages.empty()) return all;
      all.insert(all.end(), claim->messages.begin(), claim->messages.end());
      EXPECT_TRUE((*consumer)->release());
    }
  }
  bool wait_for(std::size_t answers) {
    return run_until(loop_, [&] { return outcomes_.size() == answers; });
  }

  testing::TempDir dir_;
  SpoolOptions options_{dir_.path("spool"), 1 << 30, 1 << 20};
  SystemClock clock_;
  io::Loop loop_;
  testing::Outcomes outcomes_;
};

// A thousand segments take as long to count as one that cannot be opened at once, as this one,
// which waits for somebody to write into it.
TEST_F(SpoolProducerTest, AnswersWhileTheSpoolIsBeingCounted) {
  auto producer = make();
  const std::string slow = dir_.path("spool/0000000000000001-1-aa");
  std::filesystem::create_directory(slow);
  ASSERT_EQ(::mkfifo((slow + "/000001-r0.db").c_str(), 0600), 0);
  // Open for writing without anybody to read is refused: once it is not, the count waits for us.
  int pipe = -1;
  std::uint64_t ticket = 0;
  ASSERT_TRUE(run_until(loop_, [&] {
    producer->submit(submission_of(++ticket, {"a"}));
    pipe = ::open((slow + "/000001-r0.db").c_str(), O_WRONLY | O_NONBLOCK | O_CLOEXEC);
    return pipe >= 0;
  }));
  const std::size_t before = outcomes_.size();
  for (int i = 0; i < 3; ++i) producer->submit(submission_of(++ticket, {"b"}));

  EXPECT_TRUE(wait_for(ticket)) << "answered " << outcomes_.size() << ", before " << before;
  ::close(pipe);
}

TEST_F(SpoolProducerTest, AnswersLaterAndOnlyWhenDurable) {
  auto producer = make();

  producer->submit(submission_of(1, {"a", "b"}));
  EXPECT_EQ(outcomes_.size(), 0U);
  EXPECT_EQ(producer->in_flight(), 1U);

  ASSERT_TRUE(wait_for(1));
  EXPECT_EQ(outcomes_.at(1), Stored::kQueued);
  EXPECT_EQ(producer->in_flight(), 0U);
  EXPECT_EQ(consume_all(), (std::vector<std::string>{"a", "b"}));
}

// What came during a commit had better come in one submission after it.
TEST_F(SpoolProducerTest, TakesAtOnceWhatNeedNotWaitForACommit) {
  auto producer = make();
  EXPECT_TRUE(producer->takes_at_once());
  producer->submit(submission_of(1, {"a"}));
  EXPECT_FALSE(producer->takes_at_once());
  ASSERT_TRUE(wait_for(1));
  EXPECT_TRUE(producer->takes_at_once());
}

TEST_F(SpoolProducerTest, CommitsMuchInParts) {
  options_.segment_bytes = 64 << 20;
  auto producer = make();
  producer->submit(submission_of(0, {"first"}));  // All others wait for it.
  for (std::uint64_t i = 1; i <= 6; ++i) {
    producer->submit(submission_of(i, {std::string(2 << 20, static_cast<char>('a' + i))}));
  }
  std::size_t answered_at_once_max = 0;
  std::size_t before = 0;
  ASSERT_TRUE(run_until(loop_, [&] {
    answered_at_once_max = std::max(answered_at_once_max, outcomes_.size() - before);
    before = outcomes_.size();
    return before == 7;
  }));
  EXPECT_LE(answered_at_once_max, 2U) << "of 4 MiB a commit";
  EXPECT_EQ(outcomes_.count(Stored::kQueued), 7U);
  EXPECT_FALSE(outcomes_.is_answered_twice());
  const std::vector<std::string> all = consume_all();
  ASSERT_EQ(all.size(), 7U);
  for (std::size_t i = 1; i < 7; ++i) EXPECT_EQ(all[i][0], static_cast<char>('a' + i));
}

TEST_F(SpoolProducerTest, KeepsTheOrderOfManySubmissions) {
  auto producer = make(SpoolProducer::Role::kOverflow);
  std::vector<std::string> sent;
  for (std::uint64_t i = 0; i < 500; ++i) {
    sent.push_back("message " + std::to_string(i));
    producer->submit(submission_of(i, {sent.back()}));
  }

  ASSERT_TRUE(wait_for(500));

  EXPECT_EQ(outcomes_.count(Stored::kSpooled), 500U);
  EXPECT_FALSE(outcomes_.is_answered_twice());
  EXPECT_EQ(consume_all(), sent);
}

TEST_F(SpoolProducerTest, RefusesWhenFullAndServesAgainAfterConsumption) {
  options_.bytes_max = 200'000;
  auto producer = make();
  std::uint64_t ticket = 0;
  std::size_t stored = 0;
  while (outcomes_.count(Stored::kRefused) == 0) {
    producer->submit(submission_of(++ticket, {std::string(20'000, 'x')}));
    ASSERT_TRUE(wait_for(ticket));
    ASSERT_LT(ticket, 100U);
  }
  stored = outcomes_.count(Stored::kQueued);
  EXPECT_FALSE(producer->state().can_store);
  EXPECT_GT(stored, 3U);

  EXPECT_EQ(consume_all().size(), stored);
  ASSERT_TRUE(run_until(loop_, [&] { return producer->state().can_store; }));
  producer->submit(submission_of(++ticket, {"again"}));
  ASSERT_TRUE(wait_for(ticket));

  EXPECT_EQ(outcomes_.at(ticket), Stored::kQueued);
  EXPECT_EQ(consume_all(), std::vector<std::string>{"again"});
}

TEST_F(SpoolProducerTest, RefusesWhileTheDiskFailsAndComesBackByItself) {
  auto producer = make();
  const std::string instance = dir_.path("spool/") + list_instances(dir_.path("spool"))[0];
  std::filesystem::rename(instance, dir_.path("away"));
  producer->submit(submission_of(1, {"a"}));
  ASSERT_TRUE(wait_for(1));
  EXPECT_EQ(outcomes_.at(1), Stored::kRefused);
  EXPECT_FALSE(producer->state().can_store);
  EXPECT_NE(producer->state().last_error, "");

  std::filesystem::rename(dir_.path("away"), instance);
  ASSERT_TRUE(run_until(loop_, [&] { return producer->state().can_store; }));
  producer->submit(submission_of(2, {"b"}));
  ASSERT_TRUE(wait_for(2));

  EXPECT_EQ(outcomes_.at(2), Stored::kQueued);
  EXPECT_EQ(producer->state().last_error, "");
  EXPECT_EQ(consume_all(), std::vector<std::string>{"b"});
}

// A real one, as small as a file system can be. Needs the right to mount.
TEST_F(SpoolProducerTest, SurvivesAFullDiskAndLosesNothing) {
  std::filesystem::create_directory(dir_.path("disk"));
  if (::mount("tmpfs", dir_.path("disk").c_str(), "tmpfs", 0, "size=2m") != 0) {
    GTEST_SKIP() << "no right to mount";
  }
  options_.path = dir_.path("disk/spool");
  auto producer = make();
  std::uint64_t ticket = 0;
  while (outcomes_.count(Stored::kRefused) < 3) {
    producer->submit(submission_of(++ticket, {std::string(50'000, 'x')}));
    ASSERT_TRUE(wait_for(ticket));
    ASSERT_LT(ticket, 200U);
  }
  EXPECT_FALSE(producer->state().can_store);
  const std::size_t stored = outcomes_.count(Stored::kQueued);
  EXPECT_GT(stored, 10U);

  EXPECT_EQ(consume_all().size(), stored);
  ASSERT_TRUE(run_until(loop_, [&] { return producer->state().can_store; }));
  producer->submit(submission_of(++ticket, {"again"}));
  ASSERT_TRUE(wait_for(ticket));

  EXPECT_EQ(outcomes_.at(ticket), Stored::kQueued);
  EXPECT_EQ(consume_all(), std::vector<std::string>{"again"});
  producer.reset();
  bool has_turned = false;
  loop_.post([&] { has_turned = true; });
  ASSERT_TRUE(run_until(loop_, [&] { return has_turned; }));
  ::umount2(dir_.path("disk").c_str(), MNT_DETACH);
}

TEST_F(SpoolProducerTest, CountsWhatWaits) {
  auto producer = make();
  producer->submit(submission_of(1, {"a", "b", "c"}));
  ASSERT_TRUE(run_until(loop_, [&] { return producer->state().spool_batches == 3; }));
  EXPECT_GT(producer->state().spool_bytes, 0U);
  EXPECT_EQ(producer->state().spool_bytes_max, options_.bytes_max);
  EXPECT_FALSE(producer->state().has_remote);

  EXPECT_EQ(consume_all().size(), 3U);

  EXPECT_TRUE(run_until(loop_, [&] { return producer->state().spool_batches == 0; }));
}

// A reactor that goes while its commit runs: the commit ends on its own, nobody is called.
TEST_F(SpoolProducerTest, MayGoWhileACommitRuns) {
  auto producer = make();
  producer->submit(submission_of(1, {"a"}));
  producer.reset();

  ASSERT_TRUE(run_until(loop_, [&] { return !consume_all().empty(); }));

  EXPECT_EQ(outcomes_.size(), 0U);
}

TEST_F(SpoolProducerTest, SharesItsInstanceWithOtherReactors) {
  auto zero = make(SpoolProducer::Role::kQueue, 0);
  auto one = make(SpoolProducer::Role::kQueue, 1);
  zero->submit(submission_of(1, {"a"}));
  one->submit(submission_of(2, {"b"}));
  ASSERT_TRUE(wait_for(2));

  const auto instances = list_instances(dir_.path("spool"));

  ASSERT_EQ(instances.size(), 1U);
  EXPECT_EQ(list_segments(dir_.path("spool"), instances[0]).size(), 2U);
  EXPECT_EQ(consume_all().size(), 2U);
}

TEST_F(SpoolProducerTest, NamesConfigurationWhereItsFolderCannotBe) {
  options_.path = "/proc/none";
  const auto made =
      SpoolProducer::make(options_, 0, SpoolProducer::Role::kQueue, loop_, clock_, outcomes_);

  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().code, ErrorCode::kConfiguration);
}

}  // namespace
}  // namespace penstock::queue
