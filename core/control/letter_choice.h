// Which dead letters a request means: some by their ids, or all that match, as many as a person was
// told.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "queue/letter_search.h"

namespace penstock::control {

struct LetterChoice {
  static constexpr std::size_t kIdsMax = 200;

  std::vector<std::string> ids;  // Empty: all that match.
  queue::LetterQuestion question;
  std::int64_t count = 0;  // Of those, as the person was told.
};

// {"ids":[…]}, or {"all":true,"count":N} with "reason" and "search" where not all are meant.
// kRejected, with a step for people. Requires kReadablePadding behind `body`.
Result<LetterChoice> read_letter_choice(std::string_view body);

}  // namespace penstock::control
