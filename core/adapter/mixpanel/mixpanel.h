// Mixpanel's ingestion API. Sources: docs.mixpanel.com/reference; the packages mixpanel and
// mixpanel-browser.
#pragma once

#include "adapter/contract/item_reader.h"
#include "adapter/contract/protocol.h"

namespace penstock::adapter {

extern const Protocol kMixpanelProtocol;
// An event as /import takes it and the raw export gives it.
extern const ItemShape kMixpanelEvents;

}  // namespace penstock::adapter
