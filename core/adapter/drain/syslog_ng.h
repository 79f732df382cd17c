// syslog-ng's http() destination with $(format-json). Source: syslog-ng's administration guide, and
// syslog-ng 3.38 of Debian 12.
#pragma once

#include "adapter/contract/protocol.h"

namespace penstock::adapter {

extern const Protocol kSyslogNgProtocol;

}  // namespace penstock::adapter
