#include "io/timer.h"

#include <optional>

#include <gtest/gtest.h>

namespace penstock::io {
namespace {

TEST(Timer, FiresOnceWhenStartedOnce) {
  Loop loop;
  int fired = 0;
  Timer timer(loop, [&] { ++fired; });
  Timer end(loop, [&] { loop.stop(); });

  timer.start_once(1);
  EXPECT_TRUE(timer.is_armed());
  end.start_once(20);
  loop.run();

  EXPECT_EQ(fired, 1);
  EXPECT_FALSE(timer.is_armed());
}

TEST(Timer, FiresAgainUntilItIsCancelled) {
  Loop loop;
  int fired = 0;
  Timer* self = nullptr;
  Timer timer(loop, [&] {
    if (++fired < 3) return;
    self->cancel();
    loop.stop();
  });
  self = &timer;

  timer.start_every(1);
  loop.run();

  EXPECT_EQ(fired, 3);
  EXPECT_FALSE(timer.is_armed());
}

TEST(Timer, MayBeStartedAgainFromItsOwnCall) {
  Loop loop;
  int fired = 0;
  Timer* self = nullptr;
  Timer timer(loop, [&] {
    if (++fired == 2) return loop.stop();
    self->start_once(1);
  });
  self = &timer;

  timer.start_once(1);
  loop.run();

  EXPECT_EQ(fired, 2);
}

// The function that runs goes with the timer; what it holds must stay whole until it returns.
TEST(Timer, MayBeDroppedFromItsOwnCall) {
  Loop loop;
  std::optional<Timer> timer;
  auto text = std::make_shared<std::string>("still here");
  std::string seen;
  timer.emplace(loop, [&loop, &timer, &seen, text] {
    timer.reset();
    seen = *text;
    loop.stop();
  });

  timer->start_once(1);
  loop.run();

  EXPECT_EQ(seen, "still here");
  EXPECT_EQ(text.use_count(), 1);
}

TEST(Timer, NeverFiresAfterItIsDropped) {
  Loop loop;
  bool fired = false;
  {
    Timer timer(loop, [&] { fired = true; });
    timer.start_once(0);
  }
  Timer end(loop, [&] { loop.stop(); });
  end.start_once(5);
  loop.run();

  EXPECT_FALSE(fired);
}

}  // namespace
}  // namespace penstock::io
