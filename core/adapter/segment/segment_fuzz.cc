// Whatever is posted as a batch or as one call.
#include "adapter/contract/protocol_fuzz.h"
#include "adapter/segment/segment.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace penstock::adapter;
  const std::string_view body(reinterpret_cast<const char*>(data), size);
  for (const std::string_view path : {"/v1/batch", "/v1/p"}) {
    ProtocolProbe probe(kSegmentProtocol);
    check(probe.post(path, body));
  }
  return 0;
}
