// What Rollbar's clients send. Source: rollbar.com/docs/api; the package rollbar.
#pragma once

#include "adapter/contract/protocol.h"

namespace penstock::adapter {

extern const Protocol kRollbarProtocol;

}  // namespace penstock::adapter
