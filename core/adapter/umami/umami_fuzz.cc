// Whatever is posted, as one event or as a batch.
#include "adapter/contract/protocol_fuzz.h"
#include "adapter/umami/umami.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace penstock::adapter;
  for (const std::string_view path : {"/api/send", "/api/batch"}) {
    ProtocolProbe probe(kUmamiProtocol);
    check(probe.post(path, {reinterpret_cast<const char*>(data), size}));
  }
  return 0;
}
