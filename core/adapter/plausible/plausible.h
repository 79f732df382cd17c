// Plausible's event API. Sources: plausible.io/docs/events-api; the packages plausible-tracker and
// @plausible-analytics/tracker.
#pragma once

#include "adapter/contract/protocol.h"

namespace penstock::adapter {

extern const Protocol kPlausibleProtocol;

}  // namespace penstock::adapter
