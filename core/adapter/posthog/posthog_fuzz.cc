// Whatever is posted, as it is or as a form's data.
#include "adapter/contract/protocol_fuzz.h"
#include "adapter/posthog/posthog.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace penstock::adapter;
  const std::string_view body(reinterpret_cast<const char*>(data), size);
  for (const std::string_view path : {"/batch", "/e", "/i/v1/analytics/events"}) {
    ProtocolProbe probe(kPosthogProtocol);
    check(probe.post(path, body));
  }
  ProtocolProbe probe(kPosthogProtocol);
  check(probe.get("/e?data=" + std::string(body)));
  return 0;
}
