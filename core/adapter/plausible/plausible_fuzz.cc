// Whatever is posted.
#include "adapter/contract/protocol_fuzz.h"
#include "adapter/plausible/plausible.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace penstock::adapter;
  ProtocolProbe probe(kPlausibleProtocol);
  check(probe.post("/api/event", {reinterpret_cast<const char*>(data), size}));
  return 0;
}
