// Descriptors that whoever started this process has opened for it, by systemd's protocol
// (sd_listen_fds(3)): LISTEN_PID, LISTEN_FDS and LISTEN_FDNAMES, from descriptor 3 on.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "files/descriptor.h"

namespace penstock::io {

inline constexpr int kFirstPassedDescriptor = 3;
inline constexpr std::int64_t kPassedDescriptorsMax = 4'096;

struct PassedDescriptor {
  files::Descriptor fd;
  std::string name;  // "unknown" where the other side gave none, as systemd has it.
};

// Takes them, close-on-exec; none where they are meant for another process. Removes the three
// variables, so that no child takes them for its own. kConfiguration for variables that are wrong
// or descriptors that are not there. Call once, before threads are started and files opened.
Result<std::vector<PassedDescriptor>> take_passed_descriptors();

// The variables' reading by itself: a name for each descriptor. Absent ones are "".
Result<std::vector<std::string>> passed_names(std::string_view pid, std::string_view count,
                                              std::string_view names, std::int64_t own_pid);

}  // namespace penstock::io
