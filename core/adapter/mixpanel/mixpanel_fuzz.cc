// Whatever is sent as a body, or as the query's data.
#include "adapter/contract/protocol_fuzz.h"
#include "adapter/mixpanel/mixpanel.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace penstock::adapter;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  for (const std::string_view path : {"/track?verbose=1", "/engage", "/import"}) {
    ProtocolProbe probe(kMixpanelProtocol);
    check(probe.post(path, text));
  }
  ProtocolProbe probe(kMixpanelProtocol);
  check(probe.get("/groups?data=" + std::string(text)));
  return 0;
}
