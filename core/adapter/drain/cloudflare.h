// Cloudflare's Logpush to an HTTP destination. Source: cloudflare-docs, "Enable HTTP destination"
// and "Log fields".
#pragma once

#include "adapter/contract/protocol.h"

namespace penstock::adapter {

extern const Protocol kLogpushProtocol;

}  // namespace penstock::adapter
