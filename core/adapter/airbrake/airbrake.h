// What Airbrake's clients send. Source: the packages @airbrake/browser and @airbrake/node,
// airbrake-ruby, gobrake.
#pragma once

#include "adapter/contract/protocol.h"

namespace penstock::adapter {

extern const Protocol kAirbrakeProtocol;

}  // namespace penstock::adapter
