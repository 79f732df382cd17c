// A file that a newer version of Penstock has written: the program refuses it, and its end tells
// the service manager that starting it again is of no use.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/error.h"

namespace penstock::files {

// The way back, as the error's reason.
inline constexpr const char* kNewerVersion =
    "a newer version of Penstock wrote it; install that version again, or restore a backup that "
    "this one has made";

inline tl::unexpected<Error> fail_by_newer_version(const char* step, std::int64_t version = 0) {
  return fail(ErrorCode::kConfiguration, version, step, kNewerVersion);
}

inline bool is_newer_version(const Error& error) {
  return error.reason != nullptr && std::string_view(error.reason) == kNewerVersion;
}

}  // namespace penstock::files
