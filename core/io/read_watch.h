// Calls on a loop when a descriptor has something to read: for the few that are no streams.
#pragma once

#include <functional>

#include "io/loop.h"
#include "io/owned.h"

namespace penstock::io {

class ReadWatch {
 public:
  // Borrows both; `fd` must be closed after this object is gone. `on_readable` is called for as
  // long as there is something to read or the end is reached; it may drop the watch.
  ReadWatch(Loop& loop, int fd, std::function<void()> on_readable);
  ReadWatch(const ReadWatch&) = delete;
  ReadWatch& operator=(const ReadWatch&) = delete;

 private:
  Owned<uv_poll_t> poll_;
  std::function<void()> on_readable_;
};

}  // namespace penstock::io
