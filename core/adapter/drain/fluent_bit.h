// Fluent Bit's output `http`. Source: fluent/fluent-bit plugins/out_http/http.c.
#pragma once

#include "adapter/contract/protocol.h"

namespace penstock::adapter {

extern const Protocol kFluentBitProtocol;

}  // namespace penstock::adapter
