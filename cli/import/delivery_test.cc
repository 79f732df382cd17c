#include "cli/import/delivery.h"

#include <gtest/gtest.h>

#include "app/program.h"
#include "queue/consumer.h"
#include "support/temp_dir.h"

namespace penstock::cli {
namespace {

event::Record record_of(std::int64_t time_ms) {
  event::Record record;
  record.id = event::id_of_client("p", "i", time_ms);
  record.occurred_at_ms = record.received_at_ms = time_ms;
  record.project = "p";
  record.source = "import";
  record.kind = "event";
  record.name = "n";
  return record;
}

TEST(Delivery, PutsBatchesIntoTheSpoolAndWaitsForRoom) {
  const testing::TempDir dir;
  app::Config config;
  config.state_dir = dir.path();
  const SystemClock clock;
  {
    int waits = 0;
    auto delivery = Delivery::open(config, clock, [&waits] { ++waits; });
    ASSERT_TRUE(delivery) << to_text(delivery.error());
    for (std::uint32_t i = 0; i < 2 * kDeliveryEvents; ++i) {
      ASSERT_TRUE((*delivery)->add(record_of(i)));
      if ((*delivery)->is_full()) {
        ASSERT_TRUE((*delivery)->send());
      }
    }
    ASSERT_TRUE((*delivery)->add(record_of(1)));
    ASSERT_TRUE((*delivery)->finish());
    EXPECT_EQ((*delivery)->waiting_s(), 0);
    EXPECT_GT(waits, 0);
  }
  auto inspector = queue::make_inspector(app::consumer_options(config), clock);
  ASSERT_TRUE(inspector);
  EXPECT_EQ((*inspector)->state()->depth, 3u);
}

}  // namespace
}  // namespace penstock::cli
