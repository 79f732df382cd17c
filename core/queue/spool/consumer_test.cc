#include "queue/spool/consumer.h"

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

#include "queue/spool/writer.h"
#include "support/temp_dir.h"

namespace penstock::queue {
namespace {

class SpoolConsumerTest : public ::testing::Test {
 protected:
  SpoolOptions options() const { return {dir_.path("spool"), 1 << 30, 1 << 20}; }

  std::shared_ptr<SpoolInstance> instance() {
    auto made = SpoolInstance::shared(dir_.path("spool"));
    EXPECT_TRUE(made);
    return *made;
  }
  std::unique_ptr<SpoolConsumer> consumer() {
    auto made = SpoolConsumer::make(options(), "host:1:ab", clock_);
    EXPECT_TRUE(made);
    return std::move(*made);
  }
  static void append(SpoolWriter& writer, const std::vector<std::string_view>& messages,
                     std::int64_t at_ms = 1) {
    ASSERT_TRUE(writer.append(messages, at_ms));
  }
  static std::vector<std::string> claim(SpoolConsumer& consumer, std::size_t messages_max = 100) {
    auto claimed = consumer.claim(messages_max, 1 << 20, 200);
    EXPECT_TRUE(claimed) << (claimed ? "" : to_text(claimed.error()));
    return claimed ? claimed->messages : std::vector<std::string>();
  }

  using Texts = std::vector<std::string>;

  testing::TempDir dir_;
  SystemClock clock_;
};

TEST_F(SpoolConsumerTest, FollowsASegmentThatIsBeingWritten) {
  SpoolWriter writer(instance(), options(), 0);
  auto spool = consumer();
  append(writer, {"a", "b"});
  EXPECT_EQ(claim(*spool), (Texts{"a", "b"}));
  ASSERT_TRUE(spool->release());
  EXPECT_TRUE(claim(*spool).empty());

  append(writer, {"c"});

  EXPECT_EQ(claim(*spool), Texts{"c"});
}

TEST_F(SpoolConsumerTest, BringsTheOldestOfAllStreamsFirst) {
  SpoolWriter one(instance(), options(), 1);
  SpoolWriter zero(instance(), options(), 0);
  append(one, {"first"}, 10);
  append(zero, {"second"}, 20);
  append(one, {"third"}, 30);
  auto spool = consumer();

  Texts all;
  for (int i = 0; i < 3; ++i) {
    const Texts claimed = claim(*spool, 1);
    all.insert(all.end(), claimed.begin(), claimed.end());
    ASSERT_TRUE(spool->release());
  }

  EXPECT_EQ(all, (Texts{"first", "second", "third"}));
}

TEST_F(SpoolConsumerTest, DeliversAgainWhatWasNotReleased) {
  SpoolWriter writer(instance(), options(), 0);
  append(writer, {"a", "b", "c"});
  {
    auto dies = consumer();
    EXPECT_EQ(claim(*dies, 1), Texts{"a"});
    ASSERT_TRUE(dies->release());
    EXPECT_EQ(claim(*dies, 1), Texts{"b"});
  }

  auto next = consumer();

  EXPECT_EQ(claim(*next), (Texts{"b", "c"}));
  next->give_up();
  EXPECT_EQ(claim(*next), (Texts{"b", "c"}));
}

TEST_F(SpoolConsumerTest, RemovesSegmentsThatAreDoneAndDeadInstances) {
  {
    SpoolWriter writer(instance(), {dir_.path("spool"), 1 << 30, 1}, 0);
    append(writer, {"a"});
    append(writer, {"b"});
  }
  auto spool = consumer();
  EXPECT_EQ(list_instances(dir_.path("spool")).size(), 1U);

  EXPECT_EQ(claim(*spool), Texts{"a"});
  ASSERT_TRUE(spool->release());
  EXPECT_EQ(claim(*spool), Texts{"b"});
  ASSERT_TRUE(spool->release());
  EXPECT_TRUE(claim(*spool).empty());

  EXPECT_TRUE(list_instances(dir_.path("spool")).empty());
}

// The segment of a live process may still be written to, however empty it looks.
TEST_F(SpoolConsumerTest, KeepsAnOpenSegmentAndRemovesItOnceClosed) {
  const auto live = instance();
  SpoolWriter writer(live, options(), 0);
  append(writer, {"a"});
  auto spool = consumer();
  EXPECT_EQ(claim(*spool), Texts{"a"});
  ASSERT_TRUE(spool->release());
  EXPECT_TRUE(claim(*spool).empty());
  EXPECT_EQ(list_segments(dir_.path("spool"), live->name()).size(), 1U);

  writer.close_segment();
  EXPECT_TRUE(claim(*spool).empty());

  EXPECT_TRUE(list_segments(dir_.path("spool"), live->name()).empty());
  EXPECT_EQ(list_instances(dir_.path("spool")).size(), 1U);
}

TEST_F(SpoolConsumerTest, IsAloneAndMakesRoomForTheNext) {
  SpoolWriter writer(instance(), options(), 0);
  append(writer, {"a"});
  auto first = consumer();
  EXPECT_EQ(claim(*first), Texts{"a"});
  auto second = consumer();

  const auto refused = second->claim(1, 1, 0);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kOverloaded);
  first.reset();

  EXPECT_EQ(claim(*second), Texts{"a"});
}

TEST_F(SpoolConsumerTest, SetsADamagedSegmentAsideAndGoesOn) {
  const auto live = instance();
  {
    SpoolWriter writer(live, {dir_.path("spool"), 1 << 30, 1}, 0);
    append(writer, {"lost"}, 1);
    append(writer, {"kept"}, 2);
  }
  const std::string damaged =
      list_segments(dir_.path("spool"), live->name())[0].path(dir_.path("spool"));
  for (const char* suffix : {".db", ".db-wal"}) {
    std::filesystem::remove(damaged + ".db-shm");
    std::ofstream(damaged + suffix) << std::string(100'000, 'x');
  }
  auto spool = consumer();

  EXPECT_EQ(claim(*spool), Texts{"kept"});
  EXPECT_EQ(spool->bad_segments(), 1U);
  EXPECT_TRUE(std::filesystem::exists(damaged + ".db.bad"));
}

TEST_F(SpoolConsumerTest, KeepsWhatWasSetAside) {
  SpoolWriter writer(instance(), options(), 0);
  append(writer, {"poison"});
  auto spool = consumer();
  ASSERT_EQ(claim(*spool), Texts{"poison"});

  ASSERT_TRUE(spool->set_aside("poison", "no batch"));
  ASSERT_TRUE(spool->release());

  EXPECT_EQ(DeadLetterFile(dir_.path("spool")).count().value(), 1U);
}

TEST_F(SpoolConsumerTest, KnowsDepthAndAge) {
  ManualClock clock(10'000);
  auto made = SpoolConsumer::make(options(), "w", clock);
  SpoolWriter writer(instance(), options(), 0);
  append(writer, {"a", "b"}, 4'000);
  append(writer, {"c"}, 9'000);

  EXPECT_EQ((*made)->state()->depth, 3U);
  EXPECT_EQ((*made)->state()->oldest_seconds, 6);
  ASSERT_TRUE((*made)->claim(2, 100, 0));
  EXPECT_EQ((*made)->state()->depth, 3U);
  ASSERT_TRUE((*made)->release());

  EXPECT_EQ((*made)->state()->depth, 1U);
  EXPECT_EQ((*made)->state()->oldest_seconds, 1);
}

// As on a disk that was full: nothing more comes, and nothing may be counted as waiting.
TEST_F(SpoolConsumerTest, KeepsItsPlaceLaterWhereItCouldNotAtOnce) {
  SpoolWriter writer(instance(), options(), 0);
  append(writer, {"a", "b"});
  auto spool = consumer();
  EXPECT_EQ(claim(*spool).size(), 2U);
  auto blocker = sqlite::Database::open(dir_.path("spool/cursor.db"), {});
  ASSERT_TRUE(blocker);
  ASSERT_TRUE(blocker->execute("BEGIN IMMEDIATE"));
  ASSERT_TRUE(spool->release());
  EXPECT_EQ(spool->state()->depth, 2U);
  ASSERT_TRUE(blocker->execute("ROLLBACK"));

  for (int i = 0; i < 100 && spool->state()->depth > 0; ++i) EXPECT_TRUE(claim(*spool).empty());

  EXPECT_EQ(spool->state()->depth, 0U);
}

}  // namespace
}  // namespace penstock::queue
