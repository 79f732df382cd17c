// Amazon Data Firehose's HTTP endpoint. Source: docs.aws.amazon.com/firehose/latest/dev/
// httpdeliveryrequestresponse.html.
#pragma once

#include "adapter/contract/protocol.h"

namespace penstock::adapter {

extern const Protocol kFirehoseProtocol;

}  // namespace penstock::adapter
