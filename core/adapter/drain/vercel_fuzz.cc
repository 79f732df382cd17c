// Whatever is posted as a batch, of a server's key.
#include "adapter/contract/protocol_fuzz.h"
#include "adapter/drain/vercel.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace penstock::adapter;
  ProtocolProbe probe(kVercelProtocol);
  probe.origin.is_server_side = true;
  check(probe.post("/drain/vercel", {reinterpret_cast<const char*>(data), size}));
  return 0;
}
