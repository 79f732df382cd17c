// Umami's collect API. Sources: umami.is/docs/api/sending-stats; umami-software/umami
// src/app/api/{send,batch}/route.ts; the package @umami/node.
#pragma once

#include "adapter/contract/protocol.h"

namespace penstock::adapter {

extern const Protocol kUmamiProtocol;

}  // namespace penstock::adapter
