// Versions of files. One that a newer version of Penstock has written is refused: the program's end
// tells the service manager that starting it again is of no use.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.h"

namespace penstock::files {

// A file with its version and the newest that this program knows.
struct FileVersion {
  std::string path;
  std::int64_t version = 0;
  std::int64_t known = 0;

  bool is_older() const { return version < known; }
  bool is_newer() const { return version > known; }
  bool operator==(const FileVersion&) const = default;
};

// kConfiguration, with both versions and the way back as its reason. The file by its name, as the
// step: "open console.db".
tl::unexpected<Error> fail_by_newer_version(std::string_view step, std::int64_t version,
                                            std::int64_t known);

bool is_newer_version(const Error& error);

// kExhausted: before a file is changed a copy of it is to be kept, and that takes `bytes`.
tl::unexpected<Error> fail_by_room_for_copy(std::uint64_t bytes);

// Whether a start failed for what waiting does not mend, but a person: one of the two above.
bool is_persons_turn(const Error& error);

}  // namespace penstock::files
