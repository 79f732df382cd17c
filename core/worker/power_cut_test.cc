// The machine loses its power while the worker moves events from the spool to the store: at every
// write and sync of either, all events are stored once afterwards, and the rollups agree.
#include "support/power_cut.h"

#include <filesystem>
#include <string>

#include <gtest/gtest.h>

#include "base/random.h"
#include "base/text.h"
#include "queue/spool/consumer.h"
#include "queue/spool/writer.h"
#include "sqlite/sqlite.h"
#include "store/backends.h"
#include "support/temp_dir.h"
#include "worker/pipeline.h"
#include "worker/worker_testing.h"

namespace penstock::worker {
namespace {

constexpr std::uint32_t kMessages = 8;
constexpr std::uint32_t kEventsPerMessage = 5;
constexpr std::uint64_t kTwiceCut = 100;
constexpr std::uint64_t kSegmentBytes = 2'000;  // So that segments are finished on the way.

queue::SpoolOptions spool_options(const std::string& root) {
  return {root + "/spool", 1U << 30U, kSegmentBytes};
}

void fill_spool(const std::string& root) {
  auto instance = queue::SpoolInstance::shared(spool_options(root).path);
  ASSERT_TRUE(instance);
  queue::SpoolWriter writer(std::move(*instance), spool_options(root), 0);
  for (std::uint32_t i = 0; i < kMessages; ++i) {
    const std::string message = batch_of(i * kEventsPerMessage, kEventsPerMessage);
    const std::string_view view = message;
    ASSERT_TRUE(writer.append({&view, 1}, 1));
  }
}

// As a worker that is started there does.
void work(const std::string& root) {
  ManualClock clock(kToday);
  PipelineCounters counters;
  FakeEnricher enricher;
  auto consumer = queue::SpoolConsumer::make(spool_options(root), "worker", clock);
  ASSERT_TRUE(consumer);
  auto store = store::open_event_store({root + "/events", false, 0}, clock);
  ASSERT_TRUE(store) << to_text(store.error());
  Pipeline pipeline({kEventsPerMessage * 2, 0}, **consumer, enricher, **store, clock, counters);
  for (bool is_looking_again = false;;) {
    if (pipeline.run_once()) {
      is_looking_again = false;
      continue;
    }
    if (is_looking_again) return;
    is_looking_again = true;
    clock.advance_ms(60'000);  // Past the periods of all that looks again.
  }
}

std::int64_t number_of(const std::string& root, const char* sql) {
  auto database =
      sqlite::Database::open(root + "/events/2025-11-24.db", {.access = sqlite::Access::kReadOnly});
  if (!database) return -1;
  auto statement = database->prepare(sql);
  return statement && statement->step().value_or(false) ? statement->integer(0) : -1;
}

// False: the worker came to its end before the cut.
bool work_until_cut(const std::string& live, const std::string& after, std::uint64_t call,
                    std::uint64_t seed) {
  return testing::play_until_cut(live, after, call, seed, [&] { work(live); });
}

void check_after_cut(const std::string& root) {
  constexpr std::int64_t kEvents = kMessages * kEventsPerMessage;
  const testing::PowerCutDisk syncs_nothing(root);  // Its syncs cost no time.
  work(root);
  EXPECT_EQ(number_of(root, "SELECT count(*) FROM events"), kEvents);
  EXPECT_EQ(number_of(root, "SELECT count(DISTINCT id) FROM events"), kEvents);
  for (const char* step : {"3600", "86400"}) {
    const std::string counted =
        str_cat("SELECT sum(events) FROM counts WHERE dimension = 0 AND step = ", step);
    EXPECT_EQ(number_of(root, counted.c_str()), kEvents) << step;
  }
  EXPECT_EQ(number_of(root, "SELECT (SELECT integrity_check FROM pragma_integrity_check) = 'ok'"),
            1);
}

TEST(PowerCut, TakesAndDoublesNothingOnTheWayToTheStore) {
  const testing::TempDir filled;
  std::filesystem::create_directory(filled.path("live"));
  {
    const testing::PowerCutDisk syncs_nothing(filled.path("live"));
    fill_spool(filled.path("live"));
  }
  int cuts = 0;
  for (std::uint64_t call = 1;; ++call) {
    SCOPED_TRACE(str_cat("cut at call ", call));
    const testing::TempDir dir;
    std::filesystem::copy(filled.path("live"), dir.path("live"),
                          std::filesystem::copy_options::recursive);
    if (!work_until_cut(dir.path("live"), dir.path("after"), call, call)) break;
    ++cuts;
    check_after_cut(dir.path("after"));
    if (HasFailure()) return;
  }
  EXPECT_GT(cuts, 50);
  RecordProperty("cuts", cuts);
}

TEST(PowerCut, MayComeAgainWhileItsTracesAreCleared) {
  const testing::TempDir filled;
  std::filesystem::create_directory(filled.path("live"));
  {
    const testing::PowerCutDisk syncs_nothing(filled.path("live"));
    fill_spool(filled.path("live"));
  }
  for (std::uint64_t seed = 1; seed <= kTwiceCut; ++seed) {
    Random random(seed);
    const std::uint64_t first = 1 + random.below(100);
    const std::uint64_t second = 1 + random.below(60);
    SCOPED_TRACE(str_cat("seed ", seed, ": cut at call ", first, ", then at ", second));
    const testing::TempDir dir;
    std::filesystem::copy(filled.path("live"), dir.path("live"),
                          std::filesystem::copy_options::recursive);
    if (!work_until_cut(dir.path("live"), dir.path("between"), first, seed)) continue;
    if (!work_until_cut(dir.path("between"), dir.path("after"), second, seed)) continue;
    check_after_cut(dir.path("after"));
    if (HasFailure()) return;
  }
}

}  // namespace
}  // namespace penstock::worker
