// Whatever is posted.
#include "adapter/contract/protocol_fuzz.h"
#include "adapter/posthog/amplitude.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace penstock::adapter;
  ProtocolProbe probe(kAmplitudeProtocol);
  check(probe.post("/2/httpapi", {reinterpret_cast<const char*>(data), size}));
  return 0;
}
