// Whatever is posted, in each of Fluent Bit's formats.
#include "adapter/contract/protocol_fuzz.h"
#include "adapter/drain/fluent_bit.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace penstock::adapter;
  for (const std::string_view type :
       {"application/msgpack", "application/x-json-stream", "application/json"}) {
    ProtocolProbe probe(kFluentBitProtocol);
    check(probe.post("/drain/fluent-bit", {reinterpret_cast<const char*>(data), size},
                     {{"Content-Type", type}}));
  }
  return 0;
}
