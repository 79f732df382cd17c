#include "io/signals.h"

#include <csignal>

#include <gtest/gtest.h>

namespace penstock::io {
namespace {

TEST(Signals, CallTheirHandlersOnTheLoop) {
  Loop loop;
  Signals signals(loop);
  int usr1 = 0;
  int usr2 = 0;
  signals.on(SIGUSR1, [&] { ++usr1; });
  signals.on(SIGUSR2, [&] {
    ++usr2;
    loop.stop();
  });

  loop.post([] {
    std::raise(SIGUSR1);
    std::raise(SIGUSR2);
  });
  loop.run();

  EXPECT_EQ(usr1, 1);
  EXPECT_EQ(usr2, 1);
}

TEST(Signals, IgnoreSigpipe) {
  Loop loop;
  Signals signals(loop);
  EXPECT_EQ(std::raise(SIGPIPE), 0);  // Would end the process otherwise.
}

}  // namespace
}  // namespace penstock::io
