#include "io/loop.h"

#include <cstring>
#include <thread>
#include <utility>

#include <gtest/gtest.h>

#include "base/bytes.h"
#include "io/timer.h"

namespace penstock::io {
namespace {

TEST(Loop, RunsPostedTasksInOrderOnItsOwnThread) {
  Loop loop;
  std::vector<int> seen;
  std::thread::id ran_on;

  std::thread poster([&] {
    for (int i = 0; i < 100; ++i) {
      loop.post([&, i] {
        ran_on = std::this_thread::get_id();
        seen.push_back(i);
        if (i == 99) loop.stop();
      });
    }
  });
  loop.run();
  poster.join();

  ASSERT_EQ(seen.size(), 100u);
  EXPECT_EQ(seen.front(), 0);
  EXPECT_EQ(seen.back(), 99);
  EXPECT_EQ(ran_on, std::this_thread::get_id());
}

// A task that posts itself would otherwise keep the loop from its sockets.
TEST(Loop, RunsATaskPostedByATaskInALaterTurn) {
  Loop loop;
  int turns = 0;
  int turn_of_second = -1;
  loop.set_end_of_turn([&] { ++turns; });

  loop.post([&] {
    const int turn_of_first = turns;
    loop.post([&, turn_of_first] {
      turn_of_second = turns;
      EXPECT_GT(turn_of_second, turn_of_first);
      loop.stop();
    });
  });
  loop.run();

  EXPECT_NE(turn_of_second, -1);
}

TEST(Loop, DoesPoolWorkElsewhereAndFinishesItHere) {
  Loop loop;
  std::thread::id worked_on;
  std::thread::id done_on;

  loop.run_in_pool([&] { worked_on = std::this_thread::get_id(); },
                   [&] {
                     done_on = std::this_thread::get_id();
                     loop.stop();
                   });
  loop.run();

  EXPECT_NE(worked_on, std::thread::id());
  EXPECT_NE(worked_on, std::this_thread::get_id());
  EXPECT_EQ(done_on, std::this_thread::get_id());
}

TEST(Loop, EndsATurnThatHadOnlyAPostedTask) {
  Loop loop;
  bool has_work = false;
  loop.set_end_of_turn([&] {
    if (has_work) loop.stop();
  });

  loop.post([&] { has_work = true; });
  loop.run();  // Would never return if the turn's end were not called.

  EXPECT_TRUE(has_work);
}

// Timers run after uv_check of the turn before; their batch must leave before the loop sleeps.
TEST(Loop, EndsATurnThatHadOnlyATimer) {
  Loop loop;
  bool has_work = false;
  bool was_called_before_sleep = false;
  Timer far_away(loop, [&] { loop.stop(); });
  Timer soon(loop, [&] { has_work = true; });
  loop.set_end_of_turn([&] {
    if (!has_work) return;
    was_called_before_sleep = true;
    loop.stop();
  });

  far_away.start_once(60'000);
  soon.start_once(1);
  loop.run();

  EXPECT_TRUE(was_called_before_sleep);
}

// It would sleep for ever: nothing else wakes it.
TEST(Loop, LooksAgainWithoutSleeping) {
  Loop loop;
  int turns = 0;
  loop.set_end_of_turn([&] {
    if (++turns < 5) return loop.look_again();
    loop.stop();
  });
  loop.post([] {});
  loop.run();
  EXPECT_EQ(turns, 5);
}

// Timers run before the input of the turn that was asked for.
TEST(Loop, TakesInputBeforeTheTurnThatLooksAgainEnds) {
  Loop loop;
  bool is_begun = false;
  bool is_due = false;
  bool has_input = false;
  Timer due(loop, [&] {
    is_due = true;
    loop.post([&] { has_input = true; });
  });
  loop.set_end_of_turn([&] {
    if (!is_due) {
      // Before, it might be due in a turn that nobody had asked for.
      if (!std::exchange(is_begun, true)) due.start_once(1);
      return loop.look_again();
    }
    EXPECT_TRUE(has_input);
    loop.stop();
  });
  loop.post([] {});
  loop.run();
}

TEST(Loop, SleepsAgainOnceNothingLooks) {
  Loop loop;
  int turns = 0;
  Timer later(loop, [&] { loop.stop(); });
  later.start_once(50);
  loop.set_end_of_turn([&] {
    if (++turns == 1) loop.look_again();
  });
  loop.post([] {});
  loop.run();
  EXPECT_LE(turns, 6) << "a loop that never sleeps turns thousands of times";
}

TEST(Loop, DropsUnrunTasksWhenItGoes) {
  const auto guard = std::make_shared<int>(1);
  {
    Loop loop;
    loop.post([guard] {});
    EXPECT_EQ(guard.use_count(), 2);
  }
  EXPECT_EQ(guard.use_count(), 1);
}

TEST(Loop, WaitsForPoolWorkWhenItGoes) {
  bool is_done = false;
  {
    Loop loop;
    loop.run_in_pool([] {}, [&] { is_done = true; });
  }
  EXPECT_TRUE(is_done);
}

TEST(Loop, LendsOneReadBuffer) {
  Loop loop;
  EXPECT_EQ(loop.read_buffer().size(), Loop::kReadBufferBytes);
  EXPECT_EQ(loop.read_buffer().data(), loop.read_buffer().data());
  // A sanitizer watches it.
  std::memset(loop.read_buffer().data() + Loop::kReadBufferBytes, 0, kReadablePadding);
}

}  // namespace
}  // namespace penstock::io
