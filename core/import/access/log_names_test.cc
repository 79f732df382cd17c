#include "import/access/log_names.h"

#include <gtest/gtest.h>

namespace penstock::importing {
namespace {

TEST(LogNames, KnowsVariablesAndMembers) {
  EXPECT_EQ(field_of_name("remote_addr"), LogField::kAddress);
  EXPECT_EQ(field_of_name("request.headers.User-Agent"), LogField::kUserAgent);
  EXPECT_EQ(field_of_name("cs-uri-stem"), LogField::kUri);
  EXPECT_EQ(field_of_name("upstream_addr"), LogField::kOther);
  EXPECT_EQ(field_of_name("request.headers.Cookie"), LogField::kIgnored);
}

}  // namespace
}  // namespace penstock::importing
