#include "io/read_watch.h"

#include <utility>

#include "base/check.h"

namespace penstock::io {

ReadWatch::ReadWatch(Loop& loop, int fd, std::function<void()> on_readable)
    : poll_(new uv_poll_t()), on_readable_(std::move(on_readable)) {
  PENSTOCK_CHECK(uv_poll_init(loop.uv(), poll_.get(), fd) == 0);
  poll_->data = this;
  uv_poll_start(poll_.get(), UV_READABLE | UV_DISCONNECT,
                [](uv_poll_t* poll, int /*status*/, int /*events*/) {
                  auto* self = static_cast<ReadWatch*>(poll->data);
                  if (self == nullptr) return;
                  // A copy: the call may drop the watch, and the function with it.
                  const std::function<void()> call = self->on_readable_;
                  call();
                });
}

}  // namespace penstock::io
