// CloudEvents over HTTP. Sources: cloudevents/spec cloudevents/bindings/http-protocol-binding.md,
// cloudevents/formats/json-format.md, cloudevents/http-webhook.md.
#pragma once

#include "adapter/contract/protocol.h"

namespace penstock::adapter {

extern const Protocol kCloudeventsProtocol;

}  // namespace penstock::adapter
