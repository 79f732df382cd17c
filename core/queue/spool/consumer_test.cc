#include "queue/spool/consumer.h"

#include <filesystem>
#include <fstream>
#include <optional>

#include <gtest/gtest.h>

#include "queue/spool/cursor.h"
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

  EXPECT_EQ(claim(*next), Texts{"b"});
  ASSERT_TRUE(next->release());
  append(writer, {"d"});
  EXPECT_EQ(claim(*next), (Texts{"c", "d"}));
  next->give_up();
  EXPECT_EQ(claim(*next), (Texts{"c", "d"}));
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

class SpoolReceipts : public SpoolConsumerTest {
 protected:
  void SetUp() override { writer_.emplace(instance(), options(), 0); }

  Claim next(SpoolConsumer& consumer) {
    return consumer.claim(100, 1 << 20, 200).value_or(Claim());
  }

  std::optional<SpoolWriter> writer_;
};

// Whichever of them killed it is then alone with the next one.
TEST_F(SpoolReceipts, MessagesOfADeadConsumersClaimComeOneByOne) {
  append(*writer_, {"a", "b", "c"});
  EXPECT_EQ(claim(*consumer()).size(), 3U);
  append(*writer_, {"d", "e"});
  auto spool = consumer();

  for (const char* message : {"a", "b", "c"}) {
    const Claim claimed = next(*spool);
    EXPECT_EQ(claimed.messages, Texts{message});
    EXPECT_TRUE(claimed.is_alone);
    EXPECT_EQ(claimed.receipts, 1U);
    ASSERT_TRUE(spool->release());
  }

  const Claim claimed = next(*spool);
  EXPECT_EQ(claimed.messages, (Texts{"d", "e"}));
  EXPECT_FALSE(claimed.is_alone);
}

TEST_F(SpoolReceipts, CountDeathsWithTheMessageAlone) {
  append(*writer_, {"good", "killer", "after"});
  EXPECT_EQ(claim(*consumer()).size(), 3U);
  {
    auto spool = consumer();
    EXPECT_EQ(claim(*spool), Texts{"good"});
    ASSERT_TRUE(spool->release());
    EXPECT_EQ(next(*spool).receipts, 1U);
  }
  for (std::uint32_t receipts = 2; receipts <= 4; ++receipts) {
    auto spool = consumer();
    const Claim claimed = next(*spool);
    EXPECT_EQ(claimed.messages, Texts{"killer"});
    EXPECT_EQ(claimed.receipts, receipts);
  }

  auto spool = consumer();
  EXPECT_EQ(next(*spool).receipts, 5U);
  ASSERT_TRUE(spool->set_aside("killer", "kills"));
  ASSERT_TRUE(spool->release());

  const Claim claimed = next(*spool);
  EXPECT_EQ(claimed.messages, Texts{"after"});
  EXPECT_EQ(claimed.receipts, 1U);
}

TEST_F(SpoolReceipts, CountForAMessageThatIsTheOnlyOne) {
  append(*writer_, {"killer"});
  for (std::uint32_t receipts = 1; receipts <= 4; ++receipts) {
    EXPECT_EQ(next(*consumer()).receipts, receipts);
  }
}

// As at a stop while the store fails: however often, it says nothing about the message.
TEST_F(SpoolReceipts, DoNotCountAClaimThatWasGivenUp) {
  append(*writer_, {"only"});
  for (int i = 0; i < 5; ++i) {
    auto spool = consumer();
    const Claim claimed = next(*spool);
    EXPECT_EQ(claimed.receipts, 1U);
    EXPECT_FALSE(claimed.is_alone);
    spool->give_up();
  }
  EXPECT_EQ(next(*consumer()).receipts, 1U);
  auto suspects = consumer();
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(next(*suspects).receipts, 2U);
    suspects->give_up();
  }
  suspects.reset();

  EXPECT_EQ(next(*consumer()).receipts, 2U);
}

TEST_F(SpoolReceipts, ConcernTheStreamsThatWereClaimed) {
  SpoolWriter other(instance(), options(), 1);
  append(*writer_, {"a"}, 1);
  append(other, {"x"}, 2);
  EXPECT_EQ(claim(*consumer()).size(), 2U);
  SpoolWriter third(instance(), options(), 2);
  append(third, {"older", "than both"}, 0);
  auto spool = consumer();

  EXPECT_EQ(claim(*spool), Texts{"a"});
  ASSERT_TRUE(spool->release());
  EXPECT_EQ(claim(*spool), Texts{"x"});
  ASSERT_TRUE(spool->release());
  EXPECT_EQ(claim(*spool), (Texts{"older", "than both"}));
}

TEST_F(SpoolReceipts, AreNotForOneThatDoesNotLookIntoMessages) {
  append(*writer_, {"a", "b"});
  EXPECT_EQ(claim(*consumer()).size(), 2U);
  auto made =
      SpoolConsumer::make(options(), "replay", clock_, SpoolConsumer::Receipts::kNotCounted);

  EXPECT_EQ(claim(**made), (Texts{"a", "b"}));
}

TEST_F(SpoolReceipts, EndWithTheSegment) {
  append(*writer_, {"a"});
  EXPECT_EQ(claim(*consumer()), Texts{"a"});
  writer_.reset();
  auto spool = consumer();
  EXPECT_EQ(claim(*spool), Texts{"a"});
  ASSERT_TRUE(spool->release());
  EXPECT_TRUE(claim(*spool).empty());

  EXPECT_TRUE(SpoolCursor(dir_.path("spool"), clock_).load_claims().empty());
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
