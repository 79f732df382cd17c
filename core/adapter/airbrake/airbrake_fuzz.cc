// Whatever is posted to a route of each kind.
#include "adapter/airbrake/airbrake.h"
#include "adapter/contract/protocol_fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace penstock::adapter;
  const std::string_view body(reinterpret_cast<const char*>(data), size);
  for (const std::string_view path :
       {"/api/v3/projects/1/notices", "/api/v5/projects/1/routes-stats"}) {
    ProtocolProbe probe(kAirbrakeProtocol);
    check(probe.post(path, body));
  }
  return 0;
}
