// Whatever is posted as hits, as their query, and to the Measurement Protocol.
#include "adapter/contract/protocol_fuzz.h"
#include "adapter/ga4/ga4.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace penstock::adapter;
  const std::string text(reinterpret_cast<const char*>(data), size);
  ProtocolProbe probe(kGa4Protocol);
  check(probe.post("/g/collect?_p=1&cid=2", text));
  if (text.find('?') == std::string::npos) check(probe.get("/g/collect?" + text));
  check(probe.post("/mp/collect", text));
  check(probe.post("/debug/mp/collect", text));
  return 0;
}
