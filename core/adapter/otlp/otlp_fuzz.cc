// Whatever is posted, as protobuf and as JSON.
#include "adapter/contract/protocol_fuzz.h"
#include "adapter/otlp/otlp.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace penstock::adapter;
  for (const std::string_view type : {"application/x-protobuf", "application/json", ""}) {
    ProtocolProbe probe(kOtlpProtocol);
    check(probe.post("/v1/logs", {reinterpret_cast<const char*>(data), size},
                     {{"Content-Type", type}}));
  }
  return 0;
}
