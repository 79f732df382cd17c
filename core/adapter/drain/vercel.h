// Vercel's log drains. Source: Vercel's reference "Log Drains".
#pragma once

#include "adapter/contract/protocol.h"

namespace penstock::adapter {

extern const Protocol kVercelProtocol;

}  // namespace penstock::adapter
