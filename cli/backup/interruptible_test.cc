#include "cli/backup/interruptible.h"

#include <csignal>
#include <thread>

#include <gtest/gtest.h>
#include <unistd.h>

namespace penstock::cli {
namespace {

TEST(Interruptible, GivesTheWorksExitCode) {
  EXPECT_EQ(run_interruptible([] { return 0; }), 0);
  EXPECT_EQ(run_interruptible([] { return 1; }), 1);
}

TEST(Interruptible, EndsTheWorkWhereItIsToldTo) {
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
    const auto code = run_interruptible([signal]() -> int {
      ::kill(::getppid(), signal);
      for (;;) ::pause();
    });
    EXPECT_FALSE(code.has_value()) << signal;
  }
}

TEST(Interruptible, TellsThatTheWorkWasKilled) {
  EXPECT_FALSE(run_interruptible([]() -> int {
                 ::raise(SIGKILL);
                 return 0;
               }).has_value());
}

// Ctrl-C goes to all processes of the terminal's group.
TEST(Interruptible, TellsThatTheWorkWasInterruptedByItself) {
  EXPECT_FALSE(run_interruptible([]() -> int {
                 ::raise(SIGINT);
                 return 0;
               }).has_value());
}

}  // namespace
}  // namespace penstock::cli
