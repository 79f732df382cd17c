// Why a letter lies where it lies, in words that a person reads.
#pragma once

#include <string>
#include <string_view>

namespace penstock::queue {

// One line: the same for all letters of one cause, whatever bytes, numbers and names are in the
// technical text. Reasons that are none of ours (a Sidekiq job's error) keep their words; what
// differs from job to job in them, such as numbers, is "…".
std::string plain_reason(std::string_view reason);

}  // namespace penstock::queue
