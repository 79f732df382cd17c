// Whatever is posted as syslog-ng's records.
#include "adapter/contract/protocol_fuzz.h"
#include "adapter/drain/syslog_ng.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace penstock::adapter;
  ProtocolProbe probe(kSyslogNgProtocol);
  check(probe.post("/drain/syslog-ng", {reinterpret_cast<const char*>(data), size}));
  return 0;
}
