// Whatever is posted to a route of each kind.
#include "adapter/bugsnag/bugsnag.h"
#include "adapter/contract/protocol_fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace penstock::adapter;
  const std::string_view body(reinterpret_cast<const char*>(data), size);
  for (const std::string_view path : {"/notify", "/sessions"}) {
    ProtocolProbe probe(kBugsnagProtocol);
    check(probe.post(path, body));
  }
  return 0;
}
