#include "control/worker_state.h"

#include <gtest/gtest.h>

#include "base/bytes.h"

namespace penstock::control {
namespace {

Result<WorkerState> read(std::string json) {
  reserve_padding(json);
  return read_worker_state(json);
}

TEST(WorkerStates, AreReadAsTheyWereWritten) {
  WorkerState state;
  state.identity = "host:1:ab";
  state.started_ms = 1;
  state.now_ms = 2;
  state.turned_ms = 3;
  state.claimed = 4;
  state.claimed_ms = 5;
  state.released = 6;
  state.stored = 7;
  state.dead = 8;
  state.troubles = {"the store refuses a \"batch\""};

  const auto back = read(worker_state_act([&] { return state; }).run("", "").body);

  ASSERT_TRUE(back);
  EXPECT_EQ(to_json(*back), to_json(state));
  EXPECT_EQ(back->troubles, state.troubles);
  EXPECT_EQ(back->claimed, 4U);
  EXPECT_EQ(back->claimed_ms, 5);
}

TEST(WorkerStates, OfNobodyAreNone) {
  for (const char* text : {"", "[]", "{}", R"({"identity":1})", R"({"identity":"a","now":"x"})"}) {
    EXPECT_FALSE(read(text)) << text;
  }
  EXPECT_TRUE(read(R"({"identity":"a","new":[1]})"));
}

}  // namespace
}  // namespace penstock::control
