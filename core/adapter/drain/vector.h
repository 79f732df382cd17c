// Vector's http sink. Source: vectordotdev/vector, src/sinks/http and src/sinks/util/http.rs.
#pragma once

#include "adapter/contract/protocol.h"

namespace penstock::adapter {

extern const Protocol kVectorProtocol;

}  // namespace penstock::adapter
