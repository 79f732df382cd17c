// Heroku's HTTPS drains. Source: Heroku's "Log Drains" and "Logplex".
#pragma once

#include "adapter/contract/protocol.h"

namespace penstock::adapter {

extern const Protocol kHerokuProtocol;

}  // namespace penstock::adapter
