// Google Analytics 4: gtag.js's hits and the Measurement Protocol. Source: Google's "Measurement
// Protocol (Google Analytics 4)", sending and validating events.
#pragma once

#include "adapter/contract/protocol.h"

namespace penstock::adapter {

extern const Protocol kGa4Protocol;

}  // namespace penstock::adapter
