// Where an export goes: standard output, a file that appears under its name only when it is whole,
// or something that is there and is no file, such as a FIFO: that is written into, never replaced.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "files/descriptor.h"
#include "files/whole_file.h"

namespace penstock::cli {

class Output {
 public:
  // "-" is standard output. Waits for a FIFO's reader. Refused: a link to a file (the file itself
  // can be named), a block device, and as root what somebody else has put there.
  static Result<Output> open(const std::string& path);

  Result<void> write(std::string_view bytes);
  // To the disk where there is one, and under its name. Without it no file appears.
  Result<void> finish();

 private:
  Output() = default;

  std::optional<files::WholeFile> file_;
  files::Descriptor device_;
  int target_ = -1;  // Where there is no file_: device_, or standard output.
};

}  // namespace penstock::cli
