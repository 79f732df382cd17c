#include "files/newer_version.h"

#include <gtest/gtest.h>

namespace penstock::files {
namespace {

TEST(NewerVersion, IsToldFromOtherErrorsAndSaysTheWayBack) {
  const Result<void> newer = fail_by_newer_version(std::string("open console.") + "db", 7, 2);
  EXPECT_TRUE(is_newer_version(newer.error()));
  EXPECT_EQ(to_text(newer.error()),
            "open console.db: a newer version of Penstock wrote it (7; this one knows 2); install "
            "that one again, or put back a copy or a backup");
  EXPECT_FALSE(is_newer_version({ErrorCode::kConfiguration, 7, "open the store"}));
  EXPECT_FALSE(is_newer_version({ErrorCode::kCorrupt, 11, "read", "file is not a database"}));
}

TEST(NewerVersion, NeedsAPersonAsDoesACopyWithoutRoom) {
  const Result<void> newer = fail_by_newer_version("open console.db", 7, 2);
  const Result<void> room = fail_by_room_for_copy(5 << 20);
  EXPECT_TRUE(is_persons_turn(newer.error()));
  EXPECT_TRUE(is_persons_turn(room.error()));
  EXPECT_FALSE(is_newer_version(room.error()));
  EXPECT_NE(to_text(room.error()).find("takes 6 MiB; make room"), std::string::npos);
  EXPECT_FALSE(is_persons_turn({ErrorCode::kExhausted, 28, "write a file"}));
}

TEST(NewerVersion, IsTheHigherNumber) {
  EXPECT_TRUE((FileVersion{"a", 3, 2}).is_newer());
  EXPECT_TRUE((FileVersion{"a", 1, 2}).is_older());
  EXPECT_FALSE((FileVersion{"a", 2, 2}).is_older());
  EXPECT_FALSE((FileVersion{"a", 2, 2}).is_newer());
}

}  // namespace
}  // namespace penstock::files
