#include "io/process_limits.h"

#include <cstdlib>
#include <string>

#include <gtest/gtest.h>
#include <sched.h>
#include <sys/resource.h>

namespace penstock::io {
namespace {

TEST(AvailableCores, CountThoseThatThisProcessMayUse) {
  cpu_set_t before;
  ASSERT_EQ(sched_getaffinity(0, sizeof before, &before), 0);
  EXPECT_EQ(available_cores(), static_cast<std::uint32_t>(CPU_COUNT(&before)));

  cpu_set_t one;
  CPU_ZERO(&one);
  for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
    if (CPU_ISSET(cpu, &before) == 0) continue;
    CPU_SET(cpu, &one);
    break;
  }
  ASSERT_EQ(sched_setaffinity(0, sizeof one, &one), 0);
  EXPECT_EQ(available_cores(), 1u);
  sched_setaffinity(0, sizeof before, &before);
}

TEST(PoolThreads, AreThoseOfTheOperatorWhoSetsThem) {
  const char* name = "UV_THREADPOOL_SIZE";
  const char* before = std::getenv(name);
  const std::string kept = before == nullptr ? "" : before;
  ::setenv(name, "7", 1);
  set_pool_threads(3);
  EXPECT_STREQ(std::getenv(name), "7");
  ::unsetenv(name);
  set_pool_threads(3);
  EXPECT_STREQ(std::getenv(name), "3");
  ::unsetenv(name);
  if (before != nullptr) ::setenv(name, kept.c_str(), 1);
}

TEST(DescriptorLimit, IsRaisedToWhatTheSystemAllows) {
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
  rlimit low = before;
  low.rlim_cur = 256;
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &low), 0);

  EXPECT_EQ(raise_descriptor_limit(), before.rlim_max);

  ::setrlimit(RLIMIT_NOFILE, &before);
}

}  // namespace
}  // namespace penstock::io
