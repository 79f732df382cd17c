// The machine loses its power while the worker moves events from the spool to the store: at every
// write and sync of either, all events are stored once afterwards, and the rollups agree.
#include "support/power_cut.h"

#include <filesystem>
#include <string>

#include <gtest/gtest.h>

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
// Of cuts that come again: some hundred in all.
constexpr std::uint64_t kFirstStride = 11;
constexpr std::uint64_t kSecondStride = 7;
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
  const auto cuts = testing::play_all_cuts(filled.path("live"), filled.path("cuts"), 1,
                                           [&] { work(filled.path("live")); });
  EXPECT_GT(cuts.size(), 50U);
  for (const std::uint64_t call : cuts) {
    SCOPED_TRACE(str_cat("cut at call ", call));
    check_after_cut(filled.path(str_cat("cuts/", call)));
    if (HasFailure()) return;
  }
  RecordProperty("cuts", static_cast<int>(cuts.size()));
}

TEST(PowerCut, MayComeAgainWhileItsTracesAreCleared) {
  const testing::TempDir filled;
  std::filesystem::create_directory(filled.path("live"));
  {
    const testing::PowerCutDisk syncs_nothing(filled.path("live"));
    fill_spool(filled.path("live"));
  }
  const auto first_cuts = testing::play_all_cuts(filled.path("live"), filled.path("cuts"),
                                                 kFirstStride, [&] { work(filled.path("live")); });
  std::size_t cuts = 0;
  for (const std::uint64_t first : first_cuts) {
    const std::string between = filled.path(str_cat("cuts/", first));
    const std::string again = filled.path(str_cat("again-", first));
    // Other calls after each first cut.
    const auto second_cuts =
        testing::play_all_cuts(between, again, kSecondStride + first % 3, [&] { work(between); });
    for (const std::uint64_t second : second_cuts) {
      SCOPED_TRACE(str_cat("cut at call ", first, ", then at ", second));
      check_after_cut(str_cat(again, "/", second));
      if (HasFailure()) return;
    }
    cuts += second_cuts.size();
  }
  EXPECT_GT(cuts, 50U);
}

}  // namespace
}  // namespace penstock::worker
