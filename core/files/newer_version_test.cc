#include "files/newer_version.h"

#include <gtest/gtest.h>

namespace penstock::files {
namespace {

TEST(NewerVersion, IsToldFromOtherErrorsAndSaysTheWayBack) {
  const Result<void> newer = fail_by_newer_version("open the store", 7);
  EXPECT_TRUE(is_newer_version(newer.error()));
  EXPECT_EQ(newer.error().native, 7);
  EXPECT_NE(to_text(newer.error()).find("open the store: a newer version"), std::string::npos);
  EXPECT_FALSE(is_newer_version({ErrorCode::kConfiguration, 7, "open the store"}));
  EXPECT_FALSE(is_newer_version({ErrorCode::kCorrupt, 11, "read", "file is not a database"}));
}

}  // namespace
}  // namespace penstock::files
