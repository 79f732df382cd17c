// Web hooks: whatever a service posts when something has happened.
#pragma once

#include "adapter/contract/protocol.h"

namespace penstock::adapter {

extern const Protocol kHookProtocol;

}  // namespace penstock::adapter
