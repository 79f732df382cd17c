#include "queue/spool/cursor.h"

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

#include "support/temp_dir.h"

namespace penstock::queue {
namespace {

TEST(SpoolCursor, RemembersAcrossARestart) {
  testing::TempDir dir;
  const SystemClock clock;
  {
    SpoolCursor cursor(dir.path(), clock);
    EXPECT_EQ(cursor.load("i/000001-r0"), 0);
    cursor.save({"i/000001-r0", 7});
    cursor.save({"i/000001-r0", 9});
    cursor.save({"i/000002-r0", 3});
    cursor.forget("i/000002-r0");
  }

  SpoolCursor cursor(dir.path(), clock);

  EXPECT_EQ(cursor.load("i/000001-r0"), 9);
  EXPECT_EQ(cursor.load("i/000002-r0"), 0);
  auto reader = SpoolCursorReader::open(dir.path());
  ASSERT_TRUE(reader);
  EXPECT_EQ(reader->load("i/000001-r0"), 9);
}

TEST(SpoolCursor, BeginsAgainWhereItsFileIsDamaged) {
  testing::TempDir dir;
  const SystemClock clock;
  std::ofstream(dir.path("cursor.db")) << std::string(10'000, 'x');

  SpoolCursor damaged(dir.path(), clock);
  EXPECT_EQ(damaged.load("s"), 0);
  SpoolCursor next(dir.path(), clock);
  next.save({"s", 1});

  EXPECT_EQ(next.load("s"), 1);
}

TEST(SpoolCursor, FailsAtNothingWhereItCannotBeKept) {
  const SystemClock clock;
  SpoolCursor cursor("/proc/none", clock);

  EXPECT_FALSE(cursor.save({"s", 1}));
  cursor.forget("s");

  EXPECT_EQ(cursor.load("s"), 0);
  EXPECT_FALSE(SpoolCursorReader::open("/proc/none"));
}

TEST(SpoolCursor, RemembersClaimsUntilTheirLastMessageIsDoneWith) {
  testing::TempDir dir;
  const SystemClock clock;
  {
    SpoolCursor cursor(dir.path(), clock);
    cursor.save_claims({{"s", {9, 0, 0}}, {"t", {4, 4, 2}}, {"u", {1, 1, 1}}, {"v", {1, 0, 0}}});
    EXPECT_TRUE(cursor.save({"s", 8}));
    EXPECT_TRUE(cursor.save({"u", 1}));
    cursor.forget("v");
  }
  SpoolCursor cursor(dir.path(), clock);

  const SpoolClaims claims = cursor.load_claims();
  ASSERT_EQ(claims.size(), 2U);
  EXPECT_EQ(claims.at("s").up_to, 9);
  EXPECT_EQ(claims.at("t").alone_id, 4);
  EXPECT_EQ(claims.at("t").receipts, 2U);
  cursor.forget_claims(claims);

  EXPECT_TRUE(cursor.load_claims().empty());
  EXPECT_EQ(cursor.load("s"), 8);
}

TEST(SpoolCursor, TriesAgainAfterAWhile) {
  testing::TempDir dir;
  ManualClock clock(0);
  SpoolCursor cursor(dir.path("later"), clock);
  EXPECT_FALSE(cursor.save({"s", 1}));
  std::filesystem::create_directory(dir.path("later"));
  EXPECT_FALSE(cursor.save({"s", 1}));
  clock.advance_ms(2'001);

  EXPECT_TRUE(cursor.save({"s", 1}));

  EXPECT_EQ(cursor.load("s"), 1);
}

}  // namespace
}  // namespace penstock::queue
