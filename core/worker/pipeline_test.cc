#include "worker/pipeline.h"

#include <chrono>
#include <fstream>
#include <functional>
#include <thread>

#include <gtest/gtest.h>

#include "sqlite/sqlite.h"
#include "store/backends.h"
#include "support/temp_dir.h"
#include "worker/worker_testing.h"

namespace penstock::worker {
namespace {

using namespace std::chrono_literals;

bool is_true_soon(const std::function<bool()>& condition) {
  const auto deadline = std::chrono::steady_clock::now() + 20s;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::sleep_for(1ms);
  }
  return true;
}

class ObservedStore final : public store::EventStore {
 public:
  using Before = std::function<void(std::span<const event::Row>)>;

  ObservedStore(std::unique_ptr<store::EventStore> inner, Before before)
      : inner_(std::move(inner)), before_(std::move(before)) {}
  Result<store::StoreOutcome> store(std::span<const event::Row> rows) override {
    before_(rows);
    return inner_->store(rows);
  }
  Result<store::Upkeep> maintain() override { return inner_->maintain(); }
  bool gather_columns() override { return inner_->gather_columns(); }
  store::Compacted compacted() const override { return inner_->compacted(); }
  std::vector<std::uint64_t> removed_by_rules() const override {
    return inner_->removed_by_rules();
  }
  std::optional<std::string> not_ready() const override { return inner_->not_ready(); }
  std::vector<store::BadDay> bad_days() const override { return inner_->bad_days(); }
  store::Forecast forecast() const override { return inner_->forecast(); }

 private:
  const std::unique_ptr<store::EventStore> inner_;
  const Before before_;
};

class PipelineTest : public ::testing::Test {
 protected:
  void SetUp() override {
    auto opened = store::open_event_store({dir_.path("events"), false, 0}, clock_);
    ASSERT_TRUE(opened.has_value());
    store_ = *std::move(opened);
    make_pipeline({});
  }
  void TearDown() override { stop(); }

  void make_pipeline(const PipelineOptions& options) {
    pipeline_ =
        std::make_unique<Pipeline>(options, consumer_, enricher_, *store_, clock_, counters_);
  }
  void start() {
    thread_ = std::thread([this] { pipeline_->run(); });
  }
  void stop() {
    pipeline_->stop();
    if (thread_.joinable()) thread_.join();
  }

  store::Summary summary() {
    auto queries = store::open_queries(dir_.path("events"));
    return (*queries)->summary({0, kToday * 2}, {}).value_or(store::Summary{});
  }
  std::int64_t rows() {
    auto database = open_day();
    if (!database) return 0;
    auto statement = database->prepare("SELECT count(*) FROM events");
    if (!statement || !statement->step().value_or(false)) return 0;
    return statement->integer(0);
  }
  Result<sqlite::Database> open_day() {
    sqlite::Database::Options options;
    options.access = sqlite::Access::kReadWrite;
    return sqlite::Database::open(dir_.path("events/2025-11-24.db"), options);
  }

  testing::TempDir dir_;
  SystemClock clock_;
  FakeConsumer consumer_;
  FakeEnricher enricher_;
  PipelineCounters counters_;
  std::unique_ptr<store::EventStore> store_;
  std::unique_ptr<Pipeline> pipeline_;
  std::thread thread_;
};

TEST_F(PipelineTest, StoresBothFormatsAndReleasesThem) {
  consumer_.push(batch_of(0, 100));
  consumer_.push(job_of(200));
  consumer_.push(batch_of(100, 50));

  EXPECT_TRUE(pipeline_->run_once());
  EXPECT_FALSE(pipeline_->run_once());
  EXPECT_EQ(consumer_.depth(), 0u);
  EXPECT_EQ(rows(), 151);
  EXPECT_EQ(summary().events, 151u);
  EXPECT_EQ(counters_.stored.value(), 151u);
  EXPECT_EQ(counters_.batches.value(), 1u);
  EXPECT_GE(enricher_.forgotten, 2);
}

TEST_F(PipelineTest, TurnsInAnIdleHourToo) {
  const std::uint64_t before = pipeline_->turns();
  EXPECT_FALSE(pipeline_->run_once());
  EXPECT_FALSE(pipeline_->run_once());
  EXPECT_EQ(pipeline_->turns(), before + 2);
}

TEST_F(PipelineTest, SetsPoisonAsideAndStoresTheRest) {
  std::string broken = batch_of(500, 3);
  broken[20] = static_cast<char>(broken[20] ^ 1);
  for (const std::string& message :
       {batch_of(0, 10), broken, std::string("{\"class\":"), job_of(20), std::string(1, '\0')}) {
    consumer_.push(message);
  }

  EXPECT_TRUE(pipeline_->run_once());
  EXPECT_EQ(rows(), 11);
  EXPECT_EQ(counters_.dead.value(), 3u);
  ASSERT_EQ(consumer_.dead().size(), 3u);
  EXPECT_EQ(consumer_.dead()[0].message, broken);
  EXPECT_NE(consumer_.dead()[0].reason, "");
  EXPECT_EQ(consumer_.dead()[1].message, "{\"class\":");
  EXPECT_EQ(consumer_.depth(), 0u);
}

TEST_F(PipelineTest, SetsARowThatTheStoreRefusesAsideAlone) {
  consumer_.push(batch_of(0, 1));
  ASSERT_TRUE(pipeline_->run_once());
  {
    auto database = open_day();
    ASSERT_TRUE(database
                    ->execute("CREATE TRIGGER no_poison BEFORE INSERT ON events "
                              "WHEN new.occurred_at % 10 = 7 BEGIN SELECT raise(ABORT, 'no'); END")
                    .has_value());
  }
  consumer_.push(batch_of(1, 20));

  EXPECT_TRUE(pipeline_->run_once());
  EXPECT_EQ(rows(), 19);
  EXPECT_EQ(counters_.dead.value(), 2u);
  ASSERT_EQ(consumer_.dead().size(), 2u);
  // It can be put back as it is: a batch of that one record.
  const std::string message = consumer_.dead()[0].message;
  auto reader = event::BatchReader::open(message);
  ASSERT_TRUE(reader.has_value());
  event::Record record;
  EXPECT_TRUE(reader->next(record).value_or(false));
  EXPECT_EQ(record.id, record_of(7).id);
  EXPECT_FALSE(reader->next(record).value_or(true));
}

// A day whose file is garbage: its events become dead letters with the reason, others are stored.
TEST_F(PipelineTest, SetsTheEventsOfABadDayAside) {
  std::ofstream(dir_.path("events/2025-11-24.db")) << "hello";
  consumer_.push(batch_of(0, 3));

  EXPECT_TRUE(pipeline_->run_once());
  EXPECT_EQ(consumer_.depth(), 0u);
  EXPECT_EQ(counters_.dead.value(), 3u);
  EXPECT_EQ(counters_.is_store_failing.value(), 0u);
  ASSERT_EQ(consumer_.dead().size(), 3u);
  EXPECT_NE(consumer_.dead()[0].reason.find("2025-11-24.db cannot be used: "), std::string::npos);
  EXPECT_NE(consumer_.dead()[0].reason.find("file is not a database"), std::string::npos);
}

// Redelivery is what every failure ends in, so its result must be exact.
TEST_F(PipelineTest, CountsRedeliveredEventsOnce) {
  consumer_.releases_failing_ = 2;
  consumer_.push(batch_of(0, 40));

  for (int i = 0; i < 3; ++i) EXPECT_TRUE(pipeline_->run_once());
  EXPECT_FALSE(pipeline_->run_once());
  EXPECT_EQ(rows(), 40);
  EXPECT_EQ(summary().events, 40u);
  EXPECT_EQ(counters_.stored.value(), 40u);
  EXPECT_EQ(counters_.duplicates.value(), 80u);
}

TEST_F(PipelineTest, HoldsABatchWhileTheStoreIsLocked) {
  consumer_.push(batch_of(0, 1));
  ASSERT_TRUE(pipeline_->run_once());
  auto other = open_day();
  ASSERT_TRUE(other->execute("BEGIN EXCLUSIVE").has_value());
  consumer_.push(batch_of(1, 30));
  start();

  ASSERT_TRUE(is_true_soon([&] { return counters_.is_store_failing.value() == 1; }));
  EXPECT_EQ(consumer_.depth(), 1u);
  EXPECT_TRUE(consumer_.dead().empty());
  consumer_.push(batch_of(31, 1));
  EXPECT_TRUE(is_true_soon([&] { return counters_.queue_depth.value() == 2; }));
  ASSERT_EQ(pipeline_->not_ready().size(), 1u);
  EXPECT_NE(pipeline_->not_ready().front().find("refuses a batch: "), std::string::npos);
  EXPECT_NE(pipeline_->not_ready().front().find("database is locked"), std::string::npos);
  ASSERT_TRUE(other->execute("ROLLBACK").has_value());
  ASSERT_TRUE(is_true_soon([&] { return consumer_.depth() == 0; }));
  EXPECT_EQ(counters_.is_store_failing.value(), 0u);
  stop();
  EXPECT_EQ(rows(), 32);
  EXPECT_EQ(summary().events, 32u);
}

// How a death is told from a bad message: it ends in the dead letters unread, and only it.
TEST_F(PipelineTest, SetsAMessageThatKillsItsWorkerAside) {
  consumer_.is_alone_ = true;
  consumer_.push(batch_of(0, 7));
  consumer_.push(batch_of(7, 3));
  consumer_.receipts_ = queue::kReceiptsMax + 1;
  EXPECT_TRUE(pipeline_->run_once());
  consumer_.receipts_ = queue::kReceiptsMax;
  EXPECT_TRUE(pipeline_->run_once());

  ASSERT_EQ(consumer_.dead().size(), 1u);
  EXPECT_EQ(consumer_.dead()[0].message, batch_of(0, 7));
  EXPECT_EQ(consumer_.dead()[0].reason, "the worker died 3 times with it");
  EXPECT_EQ(counters_.dead.value(), 1u);
  EXPECT_EQ(rows(), 3);
  EXPECT_EQ(consumer_.depth(), 0u);
}

// A thousand messages that are brought one by one must not take a batch's wait each.
TEST_F(PipelineTest, DoesNotWaitForMoreBehindAMessageThatWasClaimedAlone) {
  make_pipeline({.batch_rows = 5'000, .batch_wait_ms = 60'000});
  consumer_.is_alone_ = true;
  for (std::uint32_t i = 0; i < 20; ++i) consumer_.push(batch_of(i, 1));
  start();

  EXPECT_TRUE(is_true_soon([&] { return counters_.stored.value() == 20; }));
}

// stop() must not wait for a store that may never come back; the queue keeps the batch.
TEST_F(PipelineTest, StopLeavesABatchThatCannotBeStoredInTheQueue) {
  consumer_.push(batch_of(0, 1));
  ASSERT_TRUE(pipeline_->run_once());
  auto other = open_day();
  ASSERT_TRUE(other->execute("BEGIN EXCLUSIVE").has_value());
  consumer_.push(batch_of(1, 30));
  start();

  ASSERT_TRUE(is_true_soon([&] { return counters_.is_store_failing.value() == 1; }));
  stop();
  EXPECT_EQ(consumer_.depth(), 1u);
  EXPECT_EQ(consumer_.given_up(), 1u) << "a stop is none of its receipts";
}

TEST_F(PipelineTest, StopBetweenBatchesLosesNothing) {
  make_pipeline({.batch_rows = 100, .batch_wait_ms = 0});
  for (std::uint32_t i = 0; i < 400; ++i) consumer_.push(batch_of(i * 10, 10));
  start();
  ASSERT_TRUE(is_true_soon([&] { return counters_.batches.value() >= 1; }));
  stop();

  // A message is in the store or in the queue, and in both only if it was not released.
  EXPECT_EQ(static_cast<std::size_t>(rows()), (400 - consumer_.depth()) * 10);
  EXPECT_EQ(counters_.stored.value(), static_cast<std::uint64_t>(rows()));
}

TEST_F(PipelineTest, SplitsAClaimOfManyRowsIntoTransactions) {
  make_pipeline({.batch_rows = 100, .batch_wait_ms = 0});
  consumer_.push(batch_of(0, 1'050));
  EXPECT_TRUE(pipeline_->run_once());

  EXPECT_EQ(rows(), 1'050);
  std::uint64_t commits = 0;
  for (std::size_t i = 0; i <= Histogram::kBoundsUs.size(); ++i) {
    commits += counters_.commit.bucket(i);
  }
  EXPECT_EQ(commits, 11u);
}

// A claim holds more than a transaction: what is late, and may take long, comes behind the rest.
TEST_F(PipelineTest, StoresEventsOfTodayBeforeLateOnes) {
  std::vector<std::int64_t> stored_ms;
  store_ = std::make_unique<ObservedStore>(std::move(store_), [&](auto rows) {
    for (const event::Row& row : rows) stored_ms.push_back(row.record.occurred_at_ms);
  });
  make_pipeline({.batch_rows = 100, .batch_wait_ms = 0});
  const std::int64_t now_ms = clock_.wall_ms();
  event::BatchWriter writer;
  for (std::uint32_t i = 0; i < 251; ++i) {
    event::Record record = record_of(i);
    record.occurred_at_ms = i < 250 ? kToday - 300 * std::int64_t{86'400'000} : now_ms;
    writer.add(record);
  }
  consumer_.push(writer.take());
  EXPECT_TRUE(pipeline_->run_once());
  ASSERT_EQ(stored_ms.size(), 251u);
  EXPECT_EQ(stored_ms.front(), now_ms);
}

TEST_F(PipelineTest, TriesAgainWhereTheQueueFails) {
  consumer_.claims_failing_ = 1;
  consumer_.set_asides_failing_ = 2;
  consumer_.push("poison");
  consumer_.push(batch_of(0, 5));

  EXPECT_FALSE(pipeline_->run_once());
  EXPECT_EQ(counters_.is_queue_failing.value(), 1u);
  EXPECT_EQ(pipeline_->not_ready(),
            std::vector<std::string>{"the queue does not answer: claim: no connection"});
  EXPECT_TRUE(pipeline_->run_once());
  EXPECT_EQ(counters_.is_queue_failing.value(), 0u);
  EXPECT_TRUE(pipeline_->not_ready().empty());
  EXPECT_EQ(consumer_.dead().size(), 1u);
  EXPECT_EQ(rows(), 5);
}

// Such a queue can be read at once, again and again: that must not keep a core busy.
TEST_F(PipelineTest, WaitsWhereReleasingFails) {
  consumer_.releases_failing_ = 1'000'000;
  consumer_.push(batch_of(0, 5'000));
  const std::int64_t begun_us = clock_.mono_us();
  start();
  ASSERT_TRUE(is_true_soon([&] { return consumer_.claims() == 4; }));
  EXPECT_GE(clock_.mono_us() - begun_us, (50 + 100 + 200) * 1'000);  // The shortest waits.
  EXPECT_EQ(counters_.is_queue_failing.value(), 1u);

  consumer_.releases_failing_ = 0;
  ASSERT_TRUE(is_true_soon([&] { return consumer_.depth() == 0; }));
  EXPECT_TRUE(is_true_soon([&] { return counters_.is_queue_failing.value() == 0; }));
  EXPECT_EQ(counters_.stored.value(), 5'000u);
}

// A store of which one call takes longer than a claim lasts, as on a disk that hangs.
TEST_F(PipelineTest, KeepsItsClaimWhileTheStoreIsSlow) {
  consumer_.keep_every_ms_ = 1;
  store_ = std::make_unique<ObservedStore>(std::move(store_), [&](auto) {
    EXPECT_TRUE(is_true_soon([&] { return consumer_.keeps_ >= 5; }));
  });
  make_pipeline({});
  consumer_.push(batch_of(0, 5));
  start();

  ASSERT_TRUE(is_true_soon([&] { return consumer_.depth() == 0; }));

  EXPECT_EQ(rows(), 5);
  EXPECT_EQ(counters_.dead.value(), 0u);
}

// Light load: an event is visible soon after it was queued, though batches may wait for more.
TEST_F(PipelineTest, ShowsASingleEventSoon) {
  start();
  std::vector<std::int64_t> waits_ms;
  for (std::uint32_t i = 0; i < 5; ++i) {
    const std::int64_t begun_us = clock_.mono_us();
    consumer_.push(batch_of(i, 1));
    ASSERT_TRUE(is_true_soon([&] { return counters_.stored.value() == i + 1; }));
    waits_ms.push_back((clock_.mono_us() - begun_us) / 1'000);
  }
  // The median: one slow disk sync on a busy machine says nothing.
  std::sort(waits_ms.begin(), waits_ms.end());
  EXPECT_LE(waits_ms[2], 150);
}

// A trickle must not become a commit a message.
TEST_F(PipelineTest, GathersATrickleIntoBatches) {
  start();
  for (std::uint32_t i = 0; i < 200; ++i) {
    consumer_.push(batch_of(i, 1));
    std::this_thread::sleep_for(1ms);
  }
  ASSERT_TRUE(is_true_soon([&] { return counters_.stored.value() == 200; }));
  EXPECT_LE(consumer_.claims(), 60u);
}

TEST_F(PipelineTest, TellsTheQueuesStateAndTheStoresSize) {
  consumer_.push(batch_of(0, 5));
  ASSERT_TRUE(pipeline_->run_once());
  EXPECT_EQ(counters_.queue_depth.value(), 1u);
  EXPECT_EQ(counters_.queue_oldest_ms.value(), 1'500u);

  make_pipeline({});
  pipeline_->run_once();
  EXPECT_GT(counters_.store_bytes.value(), 0u);
}

}  // namespace
}  // namespace penstock::worker
