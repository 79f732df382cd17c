// PostHog's capture API. Sources: posthog.com/docs/api/capture; the packages posthog-node and
// posthog-js.
#pragma once

#include "adapter/contract/protocol.h"

namespace penstock::adapter {

extern const Protocol kPosthogProtocol;

}  // namespace penstock::adapter
