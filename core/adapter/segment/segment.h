// Segment's HTTP API, which RudderStack speaks too. Source: segment-docs, "HTTP Tracking API
// Source"; the packages @segment/analytics-node, @segment/analytics-next, rudder-sdk-node.
#pragma once

#include "adapter/contract/item_reader.h"
#include "adapter/contract/protocol.h"

namespace penstock::adapter {

extern const Protocol kSegmentProtocol;
// A call as it came in, as archives of them have it too.
extern const ItemShape kSegmentCalls;

}  // namespace penstock::adapter
