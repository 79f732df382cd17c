// errno as an Error.
#pragma once

#include <cerrno>

#include "base/error.h"

namespace penstock::files {

// kExhausted where the machine has no room or the disk fails, kOverloaded where the call would have
// had to wait, kConfiguration for all that a person has to put right.
inline ErrorCode code_of_errno(int number) {
  switch (number) {
    case ENOSPC:
    case EDQUOT:
    case EMFILE:
    case ENFILE:
    case ENOMEM:
    case EIO:
      return ErrorCode::kExhausted;
    case EAGAIN:
    case EINTR:
      return ErrorCode::kOverloaded;
    default:
      return ErrorCode::kConfiguration;
  }
}

inline tl::unexpected<Error> fail_by_errno(int number, const char* step) {
  return fail(code_of_errno(number), number, step);
}

}  // namespace penstock::files
