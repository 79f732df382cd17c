// All protocols that the intake speaks.
#pragma once

#include <span>

#include "adapter/contract/protocol.h"

namespace penstock::adapter {

// At most kProtocolsMax, with different names and no route in common.
inline constexpr std::size_t kProtocolsMax = 64;
std::span<const Protocol* const> protocols();

}  // namespace penstock::adapter
