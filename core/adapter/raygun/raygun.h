// What Raygun's clients send. Source: raygun.com/documentation, crash reporting's API; the packages
// raygun and raygun4js.
#pragma once

#include "adapter/contract/protocol.h"

namespace penstock::adapter {

extern const Protocol kRaygunProtocol;

}  // namespace penstock::adapter
