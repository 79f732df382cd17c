// How the worker does: asked by the console, answered from the pipeline's counters.
//
// An answer alone says that the process lives; whether it gets on says `turned_ms`, which the
// pipeline's own thread sets.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "control/act.h"

namespace penstock::control {

inline constexpr std::string_view kWorkerStatePath = "/v1/worker";

// Times are Unix milliseconds of the worker's clock.
struct WorkerState {
  std::string identity;  // "HOST:PID:NONCE"
  std::int64_t started_ms = 0;
  std::int64_t now_ms = 0;
  std::int64_t turned_ms = 0;   // When its pipeline last got on.
  std::uint64_t claimed = 0;    // Messages in hand.
  std::int64_t claimed_ms = 0;  // Since when; 0: none are.
  // Since its start.
  std::uint64_t released = 0;         // Messages that it has dealt with.
  std::uint64_t stored = 0;           // Events.
  std::uint64_t dead = 0;             // Messages set aside.
  std::vector<std::string> troubles;  // Why it does not get on, in sentences.
};

std::string to_json(const WorkerState& state);
// kRejected for what is none. Requires kReadablePadding behind it; other members are passed over.
Result<WorkerState> read_worker_state(std::string_view json);

// GET kWorkerStatePath. `state` is called on any thread.
Act worker_state_act(std::function<WorkerState()> state);

}  // namespace penstock::control
