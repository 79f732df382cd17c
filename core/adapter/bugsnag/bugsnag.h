// What Bugsnag's clients send. Source: the packages @bugsnag/js, @bugsnag/node and
// @bugsnag/browser.
#pragma once

#include "adapter/contract/protocol.h"

namespace penstock::adapter {

extern const Protocol kBugsnagProtocol;

}  // namespace penstock::adapter
