// Whatever is posted to a route of each kind.
#include "adapter/contract/protocol_fuzz.h"
#include "adapter/raygun/raygun.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace penstock::adapter;
  const std::string_view body(reinterpret_cast<const char*>(data), size);
  for (const std::string_view path : {"/entries", "/entries/bulk", "/events"}) {
    ProtocolProbe probe(kRaygunProtocol);
    check(probe.post(path, body));
  }
  return 0;
}
