// Looks at what waits in the spool: takes no lock, changes nothing, and reads segments that are
// being written or consumed.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "queue/contract/inspector.h"

namespace penstock::queue {

// The oldest messages, oldest first, as the consumer would bring them: as many as the limits allow,
// but one. Segments that come or go meanwhile, and those that cannot be read, may be missed.
std::vector<WaitingMessage> peek_spool(const std::string& spool, std::size_t messages_max,
                                       std::size_t bytes_max);

}  // namespace penstock::queue
