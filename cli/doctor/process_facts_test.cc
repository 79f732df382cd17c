#include "cli/doctor/process_facts.h"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

namespace penstock::cli {
namespace {

TEST(ProcessFacts, TellsOfThisProcess) {
  const auto user = user_of_process(::getpid());
  ASSERT_TRUE(user);
  EXPECT_EQ(user->uid, ::geteuid());
  EXPECT_EQ(user->groups.front(), ::getegid());
  rlimit limit{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &limit), 0);
  EXPECT_EQ(open_files_max(::getpid()), limit.rlim_cur);
}

TEST(ProcessFacts, TellsNothingOfNobody) {
  EXPECT_FALSE(user_of_process(-1));
  EXPECT_FALSE(open_files_max(-1));
}

}  // namespace
}  // namespace penstock::cli
