// Whatever is posted, of either form.
#include "adapter/contract/protocol_fuzz.h"
#include "adapter/report/report.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace penstock::adapter;
  ProtocolProbe probe(kReportProtocol);
  check(probe.post("/report", {reinterpret_cast<const char*>(data), size}));
  return 0;
}
