// Fastly's HTTPS log streaming. Source: Fastly's guide "Log streaming: HTTPS".
#pragma once

#include "adapter/contract/protocol.h"

namespace penstock::adapter {

extern const Protocol kFastlyProtocol;

}  // namespace penstock::adapter
