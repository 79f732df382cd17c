// What must hold of every answer of a protocol's read(), for the adapters' fuzz targets.
#pragma once

#include "adapter/contract/fuzz_sink.h"
#include "adapter/contract/protocol_probe.h"

namespace penstock::adapter {

inline void check(const ProtocolProbe::Got& got) {
  FuzzSink sink;
  for (const event::Record& record : got.events) sink.add(record);
  if (got.outcome.status >= 400) {
    PENSTOCK_CHECK(!got.outcome.error.empty());
  } else {
    PENSTOCK_CHECK(got.outcome.accepted == got.events.size());
    PENSTOCK_CHECK(got.answer.find("\r\n\r\n") != std::string::npos);
  }
}

}  // namespace penstock::adapter
