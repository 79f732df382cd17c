// Whatever is posted as records, of a server's key and of another's.
#include "adapter/contract/protocol_fuzz.h"
#include "adapter/drain/vector.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace penstock::adapter;
  for (const bool is_server_side : {false, true}) {
    ProtocolProbe probe(kVectorProtocol);
    probe.origin.is_server_side = is_server_side;
    check(probe.post("/drain/vector", {reinterpret_cast<const char*>(data), size}));
  }
  return 0;
}
