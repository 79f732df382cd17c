// Matomo's HTTP tracking API. Source: matomo-org/developer-documentation, "Tracking HTTP API"; the
// answers are those of core/Tracker/Response.php and plugins/BulkTracking.
#pragma once

#include "adapter/contract/protocol.h"

namespace penstock::adapter {

extern const Protocol kMatomoProtocol;

}  // namespace penstock::adapter
