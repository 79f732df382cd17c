#include "console/api/queue_sampler.h"

#include <gtest/gtest.h>

#include "support/temp_dir.h"
#include "support/wait_for.h"

namespace penstock::console {
namespace {

SampledBefore at(std::int64_t at_ms, std::int64_t depth, std::uint64_t released) {
  SampledBefore one;
  one.at_ms = at_ms;
  one.depth = depth;
  one.worker.emplace();
  one.worker->identity = "host:1:ab";
  one.worker->released = released;
  one.worker->stored = released * 10;
  return one;
}

QueueSample rates(const SampledBefore& before, const SampledBefore& now) {
  QueueSample sample;
  add_rates(before, now, sample);
  return sample;
}

TEST(QueueRates, AreWhatWentOutAndWhatTheQueueHasGrownBy) {
  const QueueSample sample = rates(at(1'000, 5, 100), at(61'000, 8, 120));
  EXPECT_EQ(sample.seconds, 60);
  EXPECT_EQ(sample.messages_out, 20);
  EXPECT_EQ(sample.events_out, 200);
  EXPECT_EQ(sample.messages_in, 23);
}

TEST(QueueRates, AreNotKnownOfAnotherWorkerOrAfterAGap) {
  SampledBefore other = at(61'000, 8, 120);
  other.worker->identity = "host:2:cd";
  EXPECT_FALSE(rates(at(1'000, 5, 100), other).messages_out);
  SampledBefore silent = at(61'000, 8, 120);
  silent.worker.reset();
  EXPECT_FALSE(rates(at(1'000, 5, 100), silent).seconds);
  EXPECT_FALSE(rates(at(1'000, 5, 100), at(1'000'000, 8, 120)).seconds);
  EXPECT_FALSE(rates(SampledBefore(), at(61'000, 8, 120)).seconds);
}

TEST(QueueRates, AreNotKnownWhereSomebodyElseTakesToo) {
  const QueueSample sample = rates(at(1'000, 50, 100), at(61'000, 8, 120));
  EXPECT_EQ(sample.messages_out, 20);
  EXPECT_FALSE(sample.messages_in);
  SampledBefore unknown = at(61'000, 8, 120);
  unknown.depth.reset();
  EXPECT_FALSE(rates(at(1'000, 5, 100), unknown).messages_in);
}

TEST(QueueSampler, AddsASampleAtOnce) {
  const penstock::testing::TempDir dir;
  const SystemClock clock;
  ConsoleSettings settings;
  settings.accounts_path = dir.path("console.db");
  settings.queue.queue.spool.path = dir.path("spool");
  settings.queue.worker = "test:1:1";
  settings.worker_address = "unix:" + dir.path("none.sock");
  auto sampler = QueueSampler::start(settings, clock);
  ASSERT_TRUE(sampler);
  auto reader = QueueHistory::open(settings.history_path());
  ASSERT_TRUE(reader);
  const std::int64_t now_s = clock.wall_ms() / 1'000;
  EXPECT_TRUE(penstock::testing::wait_for([&] {
    const auto steps = reader->read(now_s - 600, now_s + 600, 60);
    return steps && steps->size() == 1 && steps->front().depth == 0 && !steps->front().events_out;
  }));
}

}  // namespace
}  // namespace penstock::console
