// Snowplow's trackers. Source: Snowplow's documentation, "Snowplow Tracker Protocol" and "canonical
// event model"; answers as the stream collector gives them.
#pragma once

#include "adapter/contract/protocol.h"

namespace penstock::adapter {

extern const Protocol kSnowplowProtocol;

}  // namespace penstock::adapter
