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

enum class LetterAct : std::uint8_t { kRetry, kDelete, kEdit };

// "/v1/dead-letters/f12/retry". "" for an id that no letter can have.
std::string path_of(LetterAct act, std::string_view id);
// "/v1/dead-letters/retry". Requires kRetry or kDelete.
std::string path_of_many(LetterAct act);
// The body of kEdit with these bytes.
std::string edit_body(std::string_view message);

// {"error":"not_found",…} with 404.
http::Response no_such_letter();

// The worker's, each a POST. 503 where the queue cannot be had.
//   path_of(…)       200 {"retried":1} or {"deleted":1}; 404.
//   path_of(kEdit)   {"message":TEXT,"encoding":"text" or "base64"} is put at the end of the queue
//                    and the letter removed. 200 {"retried":1,"at":MS}; 404; 422
//                    {"error":"not_storable", "detail","offset"} where the worker would set the
//                    message aside again.
//   path_of_many(…)  a letter_choice.h. 200 {"retried" or "deleted":12,"gone":1,"at":MS} with the
//                    time at which it began; 400; 409 {"error":"count_changed","detail","count"}
//                    where not as many match as were told, with how many do: nothing was done.
//
// Borrows `clock`. Errors: the queue's address cannot be used.
Result<std::vector<Act>> dead_letter_acts(const queue::ConsumerOptions& options,
                                          const Clock& clock);

}  // namespace penstock::control
