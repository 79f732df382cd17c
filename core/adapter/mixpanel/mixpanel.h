// Mixpanel's ingestion API. Sources: docs.mixpanel.com/reference; the packages mixpanel and
// mixpanel-browser.
#pragma once

#include "adapter/contract/protocol.h"

namespace penstock::adapter {

extern const Protocol kMixpanelProtocol;

}  // namespace penstock::adapter
