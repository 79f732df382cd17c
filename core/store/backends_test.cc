#include "store/backends.h"

#include <gtest/gtest.h>

#include "store/contract/row_testing.h"
#include "support/temp_dir.h"

namespace penstock::store {
namespace {

TEST(Backends, ReadWhatTheyWrote) {
  for (const Backend& backend : backends()) {
    const testing::TempDir dir;
    const ManualClock clock(kToday);
    auto writer = backend.open_writer({.path = dir.path("events")}, clock);
    ASSERT_TRUE(writer.has_value()) << backend.scheme;
    const event::Row rows[] = {row_at(kToday, 1)};
    ASSERT_TRUE((*writer)->store(rows).has_value());

    auto reader = backend.open_reader(dir.path("events"));
    ASSERT_TRUE(reader.has_value()) << backend.scheme;
    EXPECT_EQ((*reader)->summary({kToday, kToday + kDay}, {})->events, 1u);
  }
}

}  // namespace
}  // namespace penstock::store
