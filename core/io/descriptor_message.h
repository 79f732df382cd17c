// Descriptors from process to process, over a unix socket (SCM_RIGHTS).
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/error.h"
#include "files/descriptor.h"

namespace penstock::io {

struct DescriptorMessage {
  std::string text;
  files::Descriptor fd;  // Not open where none came along.
};

// Sends `text` as one message, with a copy of `fd` unless it is negative, over a connected datagram
// or sequenced-packet socket. kDisconnected with errno; where the socket does not block and the
// peer reads too slowly that is EAGAIN.
Result<void> send_message(int socket, std::string_view text, int fd = -1);

// The next message, whose descriptor is close-on-exec. kDisconnected with errno, or 0 at the peer's
// end; kRejected for one that is longer than `bytes_max` or carries more than one descriptor.
Result<DescriptorMessage> receive_message(int socket, std::size_t bytes_max);

}  // namespace penstock::io
