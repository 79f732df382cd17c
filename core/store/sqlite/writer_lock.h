// One writer a store: an flock on a file in its folder, which the kernel gives back when the
// process is gone, however it went.
#pragma once

#include <string>

#include "base/error.h"

namespace penstock::store {

class WriterLock {
 public:
  // kConfiguration where another process (or another object of this one) holds it, or where the
  // file cannot be made.
  static Result<WriterLock> take(const std::string& folder);
  WriterLock(WriterLock&& other) noexcept;
  WriterLock& operator=(WriterLock&&) = delete;
  ~WriterLock();

 private:
  explicit WriterLock(int descriptor) : descriptor_(descriptor) {}
  int descriptor_;  // -1 once moved from.
};

}  // namespace penstock::store
