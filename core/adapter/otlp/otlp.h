// OpenTelemetry's logs over HTTP. Sources: opentelemetry-proto docs/specification.md,
// opentelemetry/proto/{logs,common,resource}/v1, collector/logs/v1; the packages
// @opentelemetry/exporter-logs-otlp-http and -proto.
#pragma once

#include "adapter/contract/protocol.h"

namespace penstock::adapter {

extern const Protocol kOtlpProtocol;

}  // namespace penstock::adapter
