// Reports that browsers send by themselves. Sources: w3.org/TR/CSP3 (report-uri),
// w3.org/TR/reporting-1, w3.org/TR/network-error-logging.
#pragma once

#include "adapter/contract/protocol.h"

namespace penstock::adapter {

extern const Protocol kReportProtocol;

}  // namespace penstock::adapter
