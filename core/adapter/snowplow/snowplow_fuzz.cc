// Whatever stands in a query and in a body.
#include "adapter/contract/protocol_fuzz.h"
#include "adapter/snowplow/snowplow.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace penstock::adapter;
  const std::string text(reinterpret_cast<const char*>(data), size);
  ProtocolProbe probe(kSnowplowProtocol);
  check(probe.post("/com.snowplowanalytics.snowplow/tp2", text));
  if (text.find('?') == std::string::npos) check(probe.get("/i?" + text));
  return 0;
}
