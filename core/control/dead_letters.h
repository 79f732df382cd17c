// The acts on dead letters: both sides' names for them, and the worker's side.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "control/act.h"
#include "queue/contract/options.h"

namespace penstock::control {

enum class LetterAct : std::uint8_t { kRetry, kDelete };

// "/v1/dead-letters/f12/retry". "" for an id that no letter can have.
std::string path_of(LetterAct act, std::string_view id);

// {"error":"not_found",…} with 404.
http::Response no_such_letter();

// The worker's: POST path_of(…) answers 200 {"retried":1} or {"deleted":1}, 404, or 503 where the
// queue cannot be had. Borrows `clock`. Errors: the queue's address cannot be used.
Result<std::vector<Act>> dead_letter_acts(const queue::ConsumerOptions& options,
                                          const Clock& clock);

}  // namespace penstock::control
